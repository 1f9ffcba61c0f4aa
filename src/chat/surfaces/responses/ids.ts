// Ids of this surface are made from Parley's own without a table: a prefix, and the UUID without its dashes.

const HEX = /^[\da-f]{32}$/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

const toHex = (uuid: string) => uuid.replaceAll('-', '');
const toUuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** @param after offset in the run behind which the response begins; 0 for the first of a run */
export const responseIdOf = (runId: string, after = 0) => `resp_${toHex(runId)}${suffix(after)}`;
export const suffix = (after: number) => (after > 0 ? `_${after}` : '');
export const approvalItemIdOf = (approvalId: string) => `mcpr_${toHex(approvalId)}`;
export const messageItemIdOf = (messageId: string, after = 0) => `msg_${toHex(messageId)}${suffix(after)}`;

/** @param place of the call in its answer, from 1 */
export const callItemIdOf = (runId: string, place: number) => `mcp_${toHex(runId)}_${place}`;

/** The UUID in an id; null for another prefix or an invalid id. */
export function uuidIn(prefix: 'resp' | 'msg' | 'mcp' | 'mcpr', id: string): string | null {
  const hex = id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : '';
  return HEX.test(hex) ? toUuid(hex) : null;
}

/**
 * The run and the offset in the id of a response, or the message in that of an item (for a call of a tool with its
 * place); null as in `uuidIn`.
 */
export function partIn(prefix: 'resp' | 'msg' | 'mcp', id: string): { uuid: string; after: number } | null {
  const [, whole = id, after = '0'] = /^(.*)_([1-9]\d{0,8})$/.exec(id) ?? [];
  const uuid = uuidIn(prefix, whole);
  return uuid === null ? null : { uuid, after: Number(after) };
}

/** The `conv_` id of a conversation. Client-visible ids may be any text; most are UUIDs. */
export const conversationIdOf = (clientId: string) =>
  UUID.test(clientId) ? `conv_${toHex(clientId)}` : `conv_x${Buffer.from(clientId).toString('base64url')}`;

/** The client-visible id in a conversation id; an id without the prefix `conv_` is returned unchanged. */
export function clientIdIn(conversationId: string): string {
  const [, coded, text] = /^conv_(?:([\da-f]{32})|x([\w-]+))$/.exec(conversationId) ?? [];
  if (coded) return toUuid(coded);
  return text ? Buffer.from(text, 'base64url').toString() : conversationId;
}
