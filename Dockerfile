# Two stages: the first builds the virtual environment, the second holds nothing else.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/prescreen
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/prescreen/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY service ./service
COPY prescreen ./prescreen
COPY models ./models
RUN /opt/prescreen/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 tesseract-ocr \
        tesseract-ocr-script-arab tesseract-ocr-script-cyrl tesseract-ocr-script-deva \
        tesseract-ocr-script-hebr tesseract-ocr-script-grek tesseract-ocr-script-beng \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 prescreen \
    && useradd --uid 10001 --gid prescreen --create-home --home-dir /var/lib/prescreen \
        --shell /usr/sbin/nologin prescreen
COPY --from=build /opt/prescreen /opt/prescreen
USER 10001:10001
WORKDIR /var/lib/prescreen
ENV PATH=/opt/prescreen/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PRESCREEN_HOST=0.0.0.0 \
    PRESCREEN_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PRESCREEN_PORT'] + '/readyz', timeout=4)"]
CMD ["prescreen", "serve"]
