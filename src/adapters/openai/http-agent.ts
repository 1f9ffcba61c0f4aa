import { Agent, EnvHttpProxyAgent, type Dispatcher } from 'undici';

/** The proxies between this process and the servers that it calls. */
export interface ProxySettings {
  HTTP_PROXY?: string;
  HTTPS_PROXY?: string;
  NO_PROXY?: string;
}

/** Addresses of this machine are never reached through a proxy. */
const LOCAL = 'localhost,127.0.0.1,::1,[::1]';

/** HTTP connections, through a proxy if configured. */
export function createHttpAgent(proxies: ProxySettings, options: Agent.Options): Dispatcher {
  const { HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy, NO_PROXY = '' } = proxies;
  if ((!httpProxy && !httpsProxy) || NO_PROXY.trim() === '*') return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    // An empty string, unlike undefined, keeps undici from reading the environment itself.
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy,
    noProxy: [NO_PROXY, LOCAL].filter(Boolean).join(','),
    // Plain HTTP requests are sent to the proxy with the full URL; HTTPS always uses a tunnel.
    proxyTunnel: false,
  });
}
