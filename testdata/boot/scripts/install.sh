#!/usr/bin/env bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
DOMAIN="meet.example.org"
MAIL=${1:-admin@example.org}

apt-get update && sudo -E apt-get install -y -o Dpkg::Options::=--force-confold conference-web=2.0 coturn
echo "conference-web conference-web/hostname string $DOMAIN" | debconf-set-selections
debconf-set-selections <<EOD
conference-web conference-web/upload boolean true
EOD

cat > /etc/conference/web.properties <<EOF
org.conference.DOMAIN=$DOMAIN
org.conference.STUN=stun.example.com:3478
EOF
sed -i 's/^org.conference.STUN=.*/org.conference.STUN=stun.example.net:3478/' /etc/conference/web.properties
sed -i "s#^RECORDING=.*#RECORDING=1#" /opt/conference/.env
echo 'min_age: 1' >> /etc/conference/extra.yaml

curl -fsSL https://get.example.org/conf-install.sh | bash -s -- -v 3.0 -s "$DOMAIN" -e "$MAIL" -w

sudo -u www-data php /var/www/chat/occ config:app:set talk recording --value=yes
docker run -d --name chat -p 127.0.0.1:3000:3000 -p 8443:443/tcp \
  -e ROOT_URL="https://$DOMAIN" --env GUESTS=true --env-file /opt/chat.env \
  -v /etc/conference/web.properties:/app/web.properties:ro \
  example/chat:6.1 serve --verbose
if [ "${WITH_BRIDGE:-}" = 1 ]; then
  docker exec -u www-data chat php occ app:enable bridge
fi
