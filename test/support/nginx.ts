import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaled } from './time-factor.mjs';

/** A file as Debian's `nginx.conf` includes it, for a port to listen on and a folder to write into. */
export type Site = (port: number, folder: string) => string;

/** What is shipped in `deploy/`, with other ports and another folder for its log. */
export async function shippedSite(replicas: readonly string[]): Promise<Site> {
  const shipped = await readFile('deploy/nginx.conf', 'utf8');
  const servers = replicas.map((url) => `server ${new URL(url).host} max_fails=0;`).join('\n');
  return (port, folder) =>
    [
      ['listen 80;', `listen 127.0.0.1:${port};`] as const,
      ['server 127.0.0.1:8000 max_fails=0;', servers] as const,
      ['/var/log/nginx', folder] as const,
    ].reduce((text, [from, to]) => replaceOne(text, from, to), shipped);
}

function replaceOne(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`deploy/nginx.conf has ${parts.length - 1} of: ${from}`);
  return parts.join(to);
}

/** What most people begin with: Debian's default site and one `proxy_pass`. */
export const plainSite =
  (url: string): Site =>
  (port) =>
    `server {
      listen 127.0.0.1:${port} default_server;
      root /var/www/html;
      index index.html;
      server_name _;
      location / { proxy_pass ${url}; }
    }`;

/** Parley below a path that nginx takes off; what is known of that path is said in `headers`, or nowhere. */
export const prefixSite =
  (url: string, prefix: string, headers: Record<string, string> = {}): Site =>
  (port) =>
    `map $http_upgrade $connection_upgrade { default upgrade; '' close; }
    server {
      listen 127.0.0.1:${port} default_server;
      location ${prefix}/ {
        proxy_pass ${url}/;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        ${Object.entries(headers)
          .map(([name, value]) => `proxy_set_header ${name} ${value};`)
          .join('\n')}
      }
    }`;

/** A real nginx that listens on a loopback port and keeps what it writes in a folder of its own. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(site: Site): Promise<Nginx> {
    const program = process.env.PARLEY_TEST_NGINX;
    if (!program)
      throw new Error('nginx is not on this machine; install it (apt-get install nginx) to run this suite');
    const folder = await mkdtemp(join(tmpdir(), 'parley-nginx-'));
    // The workers of a server that root starts are somebody else.
    await chmod(folder, 0o755);
    const port = await freePort();
    const configuration = join(folder, 'nginx.conf');
    await writeFile(configuration, debianConf(folder, site(port, folder)));
    const server = spawn(program, ['-e', join(folder, 'error.log'), '-p', folder, '-c', configuration], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, folder, server);
    await nginx.untilListening(port);
    return nginx;
  }

  /** A log that it has written. */
  log(name: string): Promise<string> {
    return readFile(join(this.folder, name), 'utf8');
  }

  async close(): Promise<void> {
    if (this.server.exitCode === null) {
      this.server.kill('SIGTERM');
      await once(this.server, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilListening(port: number): Promise<void> {
    const deadline = Date.now() + scaled(20_000);
    while (this.server.exitCode === null && Date.now() < deadline) {
      const socket = connect(port, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isOpen) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const log = await this.log('error.log');
    await this.close();
    throw new Error(`nginx does not listen: ${log}`);
  }
}

/** As the package installs it, but for the places it writes to; two workers, so that they must agree. */
const debianConf = (folder: string, site: string) => `
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  access_log ${folder}/access.log;
  gzip on;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${site}
}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
