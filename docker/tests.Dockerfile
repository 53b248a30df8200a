# An image of the job with its tests and their tools on top: docker/test builds and runs it. It is never pushed.
ARG IMAGE
FROM ${IMAGE}
USER 0:0
RUN apt-get update && apt-get install -y --no-install-recommends python3-pip
COPY requirements-dev.lock /build/
# What the image has stays as it is; what it lacks is added, by the pip of Debian, because the Python of the job has none.
RUN /usr/bin/python3 -m pip --python /opt/footfall/bin/python install --no-cache-dir --require-hashes --requirement /build/requirements-dev.lock
COPY . /tests
WORKDIR /tests
USER 185:185
