"""Numbers whose check digits tell 1 from I and 0 from O; those of Germany's published specimens."""

import pytest

from service.screening.read.look_alikes import settle_number


@pytest.mark.parametrize(
    ("alpha2", "read", "settled"),
    [
        pytest.param("DE", "B072RRE2I55", "B072RRE2I55", id="as printed"),
        pytest.param("DE", "B072RRE2155", "B072RRE2I55", id="1 for I"),
        pytest.param("DE", "BO72RRE2I55", "B072RRE2I55", id="O for 0"),
        pytest.param("DE", "J430A1RZN11", "J430A1RZN11", id="a 1 that is one"),
        pytest.param("DE", "B872RRE2I55", "B872RRE2I55", id="no look-alike mends it"),
        pytest.param("DE", "L1047560889", "L1047560889", id="figures alone"),
        pytest.param("AT", "B072RRE2155", "B072RRE2155", id="another state"),
        pytest.param("DE", "C1000482", "C1000482", id="a number of another form"),
    ],
)
def test_a_number_is_settled_by_its_check_digit(alpha2: str, read: str, settled: str) -> None:
    assert settle_number(read, alpha2) == settled
