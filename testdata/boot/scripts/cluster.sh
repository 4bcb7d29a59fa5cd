#!/bin/sh
helm repo add chat https://charts.example.org
cat <<EOF > values.yaml
config:
  guests: true
EOF
helm upgrade --install talk chat/server --version 1.2.3 -n talk --create-namespace \
  -f values.yaml --set config.recording=true,web.replicas=2 --set-string 'hosts={a.example.org,b.example.org}'
kubectl apply -n talk -f - <<'EOF'
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  GUESTS: "on"
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example/web:2
      envFrom:
        - configMapRef:
            name: web
EOF
