import { z } from 'zod';

/** A frame with which a client shows a new token over its open socket. */
export const renewalSchema = z
  .strictObject({ type: z.literal('auth'), token: z.string().min(1).max(4_096) })
  .meta({ id: 'SocketRenewal', example: { type: 'auth', token: 'eyJhbGciOiJIUzI1NiIs…' } });

/** @returns the token of a renewal frame; null for any other frame */
export function renewalToken(frame: string | null): string | null {
  // Cheap pre-check: nearly all frames are of other kinds and need no parsing.
  if (!frame || frame.length > 5_000 || !/^\s*\{\s*"(?:type|token)"\s*:/.test(frame)) return null;
  try {
    return renewalSchema.safeParse(JSON.parse(frame)).data?.token ?? null;
  } catch {
    return null;
  }
}
