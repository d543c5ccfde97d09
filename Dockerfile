# The grader in a container, for instructors. Build: docker build -t dl-foundations .
# How to run it so that a submission can do no harm: docs/security.md, "container".
FROM python:3.11.11-slim-bookworm

# PyTorch's CPU wheels: a tenth of the size of those for CUDA, whose libraries are pinned in requirements.txt as well.
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
WORKDIR /build
COPY requirements.txt ./
RUN grep -vE '^(nvidia-|cuda-|triton)' requirements.txt > cpu.txt && pip install --no-deps -r cpu.txt

COPY pyproject.toml README.md LICENSE ./
COPY grader grader
COPY reference reference
# What the wheel hands out to learners stays empty: no solution lies where a submission is graded.
RUN mkdir exercises solutions && touch AGENTS.md && pip install --no-deps . && rm -rf /build

# Whoever runs it may name another user with --user; nothing in the image belongs to either.
USER 65534:65534
WORKDIR /course
ENV HOME=/tmp DLF_CACHE=/tmp/dlf-cache
ENTRYPOINT ["dlf-grade"]
CMD ["--help"]
