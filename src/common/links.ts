import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Base URL of this API for clients: a URL, a path such as `/ai`, or empty. */
export interface WithLinkBase {
  linkBase?: string;
}

/** Parameter decorator: base URL of links in the response. */
export const LinkBase = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<WithLinkBase>().linkBase ?? '',
);

/**
 * @param publicUrl the setting, which takes precedence
 * @param prefix `X-Forwarded-Prefix` of a trusted proxy
 */
export function linkBaseOf(publicUrl: string | undefined, prefix: string | string[] | undefined): string {
  if (publicUrl) return publicUrl.replace(/\/+$/, '');
  // A leading `//` would be another host.
  const isPath = typeof prefix === 'string' && /^(?:\/[\w~.-]+)+\/?$/.test(prefix);
  return isPath ? prefix.replace(/\/$/, '') : '';
}
