/** Messages of the protocol that may be one, told without parsing those that are long. */
const MAY_COMPLETE = /^\s*\{[^{}]*"complete"[^{}]*\}\s*$/;

/** The id of the operation that a message of the protocol completes; null for any other message, or none. */
export function completedIdIn(text: string): string | null {
  if (!MAY_COMPLETE.test(text)) return null;
  const { type, id } = parseMessage(text);
  return type === 'complete' && typeof id === 'string' ? id : null;
}

function parseMessage(text: string): { type?: unknown; id?: unknown } {
  try {
    return JSON.parse(text) as { type?: unknown; id?: unknown };
  } catch (error) {
    // The protocol reads the same text next and closes the socket over it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
