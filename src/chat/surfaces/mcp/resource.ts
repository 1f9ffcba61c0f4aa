import type { Request } from 'express';
import type { WithLinkBase } from '../../../common/links.js';

export const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

/** The address of this API in a client's eyes. */
export function baseOf(request: Request & WithLinkBase): string {
  const { linkBase = '' } = request;
  return /^https?:/.test(linkBase) ? linkBase : `${request.protocol}://${request.get('host')}${linkBase}`;
}
