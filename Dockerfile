# The bot in a container, with the language model inside: it needs no network but Teams, Entra, Graph and its storage.
#
#     docker build --tag policy-bot .
#     docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
#         --env-file bot.env --volume policy-bot:/data --publish 127.0.0.1:8000:8000 policy-bot
#
# The version below is a tag, and a tag may move. Before going live pin what you have tested, with the digest that
# `docker buildx imagetools inspect python:3.13.9-slim-bookworm` shows:
#     python:3.13.9-slim-bookworm@sha256:<digest>
FROM python:3.13.9-slim-bookworm AS python

FROM python AS packages
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement requirements.txt

FROM python
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin bot \
    && install --directory --owner bot --group bot --mode 700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
# No curl in a slim image, and none is needed.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
# What is being delivered when it stops is finished or stays due.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "app.py"]
