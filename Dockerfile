# One image for both programs: `docker run … edge run --config /etc/skynet/edge.yaml`, `… coordinator serve --data-dir /data`.
FROM python:3.12-slim-bookworm AS build
RUN pip install --no-cache-dir 'uv>=0.9'
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --no-install-project
COPY src ./src
COPY models ./models
COPY configs ./configs
COPY sample_streams ./sample_streams
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.12-slim-bookworm
RUN useradd --system --create-home --home-dir /data skynet
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER skynet
WORKDIR /data
VOLUME /data
ENTRYPOINT ["skynet"]
CMD ["--help"]
