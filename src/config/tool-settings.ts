import { z } from 'zod';
import { list, oneOf, optional, url, withDefault } from './setting-types.js';

/** What the tools of agents reach outside of Parley. */
export const toolSettings = {
  WEB_FETCH: withDefault(oneOf('on', 'off'), 'off').describe(
    'lets agents that list web_fetch read pages of the internet; a person agrees to each address',
  ),
  WEB_FETCH_HOSTS: optional(list).describe(
    'comma-separated hosts, each with its port where it has one: web_fetch reads these alone, wherever they are, and nobody needs to agree',
  ),
  SEARXNG_URL: optional(url('https', 'http')).describe(
    'a SearXNG with the format json, which agents that list web_search use; none when empty',
  ),
  MEMORY: withDefault(oneOf('on', 'off'), 'off').describe(
    'facts that users have confirmed stand in their later prompts; agents that list remember propose them',
  ),
  MCP_SERVERS_FILE: optional(z.string()).describe(
    'YAML file of the MCP servers whose tools agents may list; its headers may hold ${MCP_SECRET_…}, a variable of that name',
  ),
};
