// Tabs of one browser notify each other of conversations that change; other devices are found out by asking now and then.

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('parley.conversations');
/** Seconds between looks at a conversation that is shown and quiet. */
const LOOK_EVERY_MS = 15_000;

export const announceChange = (conversationId: string) => channel?.postMessage(conversationId);

/**
 * Calls back when a conversation may have changed elsewhere.
 * @returns the end of it
 */
export function onChangeElsewhere(callback: (conversationId: string | null) => void): () => void {
  const heard = ({ data }: MessageEvent<string>) => callback(data);
  const looked = () => {
    if (!document.hidden) callback(null);
  };
  channel?.addEventListener('message', heard);
  document.addEventListener('visibilitychange', looked);
  globalThis.addEventListener('online', looked);
  const timer = setInterval(looked, LOOK_EVERY_MS);
  return () => {
    channel?.removeEventListener('message', heard);
    document.removeEventListener('visibilitychange', looked);
    globalThis.removeEventListener('online', looked);
    clearInterval(timer);
  };
}
