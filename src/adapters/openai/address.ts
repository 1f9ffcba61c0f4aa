/** The address and credentials of a model server. */
export interface ServerAddress {
  origin: string;
  /** Path with a leading and without a trailing slash; empty for the root. */
  basePath: string;
  /** Query with its question mark, or empty. */
  query: string;
  headers: Record<string, string>;
  /** Secrets in the URL, to be redacted from logs. */
  secrets: string[];
  /** Corrections made to the configured URL, in words. */
  repairs: string[];
}

export interface AddressSettings {
  baseUrl?: string;
  apiKey?: string;
  /** Azure's `api-version` query parameter. */
  apiVersion?: string;
  /** Name of the header for the key; by default a Bearer token in `Authorization`. */
  keyHeader?: string;
}

const OPENAI_URL = 'https://api.openai.com/v1';
const ENDPOINT =
  /\/(?:chat(?:\/completions)?|completions|embeddings|responses|models|messages|images\/\w+|audio\/\w+)$/;
const AZURE_HOST = /\.(?:openai|cognitiveservices|services\.ai)\.azure\.(?:com|us|cn)$/;
const DEPLOYMENT = /\/openai\/deployments\/[^/]+/;
/** Servers that have no version in their addresses. */
const WITHOUT_VERSION = /^api\.perplexity\.ai$/;

/** @param settings whose address is a URL */
export function addressOf({ baseUrl, apiKey, apiVersion, keyHeader }: AddressSettings): ServerAddress {
  const url = new URL(baseUrl ?? OPENAI_URL);
  const isAzure = AZURE_HOST.test(url.hostname) || DEPLOYMENT.test(url.pathname);
  const repairs: string[] = [];
  const basePath = repairPath(url, isAzure, repairs);
  if (apiVersion) url.searchParams.set('api-version', apiVersion);
  const secrets = [
    apiKey,
    url.password,
    ...[...url.searchParams].flatMap(([name, value]) => (name === 'api-version' ? [] : [value])),
  ];
  return {
    origin: url.origin,
    basePath,
    query: url.search,
    headers: credentialsOf(url, apiKey, keyHeader ?? (isAzure ? 'api-key' : 'authorization')),
    secrets: secrets.filter((secret): secret is string => Boolean(secret)),
    repairs,
  };
}

/** Removes an endpoint's path from the URL, and adds the usual prefix. */
function repairPath(url: URL, isAzure: boolean, repairs: string[]): string {
  let path = url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const endpoint = ENDPOINT.exec(path)?.[0];
  if (endpoint) {
    path = path.slice(0, -endpoint.length);
    repairs.push(`${endpoint} was taken off its end`);
  }
  const twice = /(\/v\d+)\1$/.exec(path)?.[1];
  if (twice) {
    path = path.slice(0, -twice.length);
    repairs.push(`${twice} was there twice`);
  }
  if (isAzure && path === '/openai') {
    repairs.push('/v1 was added to it');
    return '/openai/v1';
  }
  if (path || WITHOUT_VERSION.test(url.hostname)) return path;
  const added = isAzure ? '/openai/v1' : '/v1';
  repairs.push(`${added} was added to it`);
  return added;
}

/** The key, or the credentials in the address. */
function credentialsOf(
  { username, password }: URL,
  key: string | undefined,
  header: string,
): Record<string, string> {
  if (key)
    return { [header.toLowerCase()]: header.toLowerCase() === 'authorization' ? `Bearer ${key}` : key };
  if (!username && !password) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/**
 * The path of an endpoint with its query. On Azure the deployment in the URL is that of the configured chat model;
 * other models are deployments by name.
 * @param deployment another model than the configured one
 */
export function pathOf({ basePath, query }: ServerAddress, endpoint: string, deployment?: string): string {
  const base = deployment
    ? basePath.replace(DEPLOYMENT, `/openai/deployments/${encodeURIComponent(deployment)}`)
    : basePath;
  return base + endpoint + query;
}
