#!/bin/bash
docker run -d --name relay -e REALM=example.org -e VERBOSE=1 example/relay:2
