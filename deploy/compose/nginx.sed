# Makes the shipped site that of the containers in docker-compose.yml.
s/server 127\.0\.0\.1:8000 /server api-1:8000 /
s/# server 127\.0\.0\.1:8001 /server api-2:8000 /
s/listen 80;/listen 8080;/
s#access_log [^ ]* parley;#access_log /dev/stdout parley;#
