import { z } from 'zod';
import { list, oneOf, optional, url, withDefault } from './setting-types.js';

/** What the tools of agents reach outside of Parley. */
export const toolSettings = {
  WEB_FETCH: withDefault(oneOf('on', 'off'), 'off').describe(
    'lets agents that list web_fetch read pages of the internet; each address needs approval',
  ),
  WEB_FETCH_HOSTS: optional(list).describe(
    'comma-separated hosts, with ports where needed: web_fetch reads only these, also in private networks, without approval',
  ),
  SEARXNG_URL: optional(url('https', 'http')).describe(
    'URL of a SearXNG with the format json, for agents that list web_search; none when empty',
  ),
  MEMORY: withDefault(oneOf('on', 'off'), 'off').describe(
    'facts that users have confirmed are part of their later prompts; agents that list remember propose them',
  ),
  MCP_SERVERS_FILE: optional(z.string()).describe(
    'YAML file of the MCP servers whose tools agents may list; its headers may hold ${MCP_SECRET_…}, a variable of that name',
  ),
};
