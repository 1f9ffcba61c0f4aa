import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** What stands before the paths of this API in a client's eyes: an address, a path such as `/ai`, or nothing. */
export interface WithLinkBase {
  linkBase?: string;
}

/** Hands a controller what links in its answer begin with. */
export const LinkBase = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<WithLinkBase>().linkBase ?? '',
);

/**
 * @param publicUrl the setting, which decides when there is one
 * @param prefix `X-Forwarded-Prefix` of a proxy that is trusted
 */
export function linkBaseOf(publicUrl: string | undefined, prefix: string | string[] | undefined): string {
  if (publicUrl) return publicUrl.replace(/\/+$/, '');
  // Two slashes would begin the name of another host.
  const isPath = typeof prefix === 'string' && /^(?:\/[\w~.-]+)+\/?$/.test(prefix);
  return isPath ? prefix.replace(/\/$/, '') : '';
}
