/** Who writes: the manager that was named, else the first part of the user agent. At most 128 bytes, printable. */
export function managerName(fieldManager: string, userAgent: string | undefined): string {
  if (fieldManager !== '') return fieldManager;
  const agent = userAgent ?? '';
  const known = names.get(agent);
  if (known !== undefined) return known;
  const name = shorten(agent.split('/')[0] ?? '');
  if (names.size < MAX_KNOWN) names.set(agent, name);
  return name;
}

// Pure answers to the few user agents that clients have; bounded, for agents are the clients' to choose.
const names = new Map<string, string>();
const MAX_KNOWN = 128;
const MAX_BYTES = 128;

function shorten(text: string): string {
  let name = '';
  let bytes = 0;
  for (const char of text) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) continue;
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > MAX_BYTES) break;
    name += char;
  }
  return name;
}
