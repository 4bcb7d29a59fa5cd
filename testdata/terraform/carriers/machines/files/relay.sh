#!/bin/sh
echo "no-tls" >> /etc/relay.conf
systemctl restart relay
