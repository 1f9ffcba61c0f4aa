#!/bin/sh
# What the image runs: `api`, `worker` or `migrate`, and the commands of an operator. Anything else is run as it is.
set -eu
cd "$(dirname "$0")/.."
command=${1:-api}
[ $# -eq 0 ] || shift
case $command in
  api) exec node --enable-source-maps dist/src/main.js "$@" ;;
  worker) exec node --enable-source-maps dist/src/worker.js "$@" ;;
  # Brings the database up to date, which every other start does too, and ends.
  migrate) exec node --enable-source-maps dist/scripts/migrate.js "$@" ;;
  backup | restore | move) exec node --enable-source-maps "dist/scripts/$command.js" "$@" ;;
  # Whether the API of this container can serve, or its worker lives.
  health) exec node dist/scripts/health.js "$@" ;;
  *) exec "$command" "$@" ;;
esac
