import type { Request } from 'express';

/** The part of an Express 5 router layer that lists the methods of a path. */
interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that have a route at the request's path, sorted; empty for an unknown path. */
export function allowedMethods(request: Request): string[] {
  const layers = request.app.router.stack as unknown as Layer[];
  const methods = layers
    .filter((layer) => layer.route && layer.match(request.path))
    .flatMap((layer) => Object.keys(layer.route?.methods ?? {}))
    .filter((method) => method !== '_all')
    .map((method) => method.toUpperCase());
  if (methods.includes('GET')) methods.push('HEAD');
  return [...new Set(methods)].sort();
}
