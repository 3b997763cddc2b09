import type { ApiResponse } from '@tabernetes/apimachinery';
import type { Printer } from '../../io.ts';

/** Prints a log as it comes, each line behind the prefix. Waits for a slow reader. */
export async function copyLog(body: ApiResponse['body'], out: Printer, prefix: string): Promise<void> {
  switch (body.kind) {
    case 'text':
      return write(out, body.text, prefix);
    case 'bytes':
      return write(out, new TextDecoder().decode(body.bytes), prefix);
    case 'object':
      return write(out, JSON.stringify(body.object), prefix);
    case 'stream':
      return copyStream(body.stream, out, prefix);
    default:
      return;
  }
}

async function copyStream(stream: ReadableStream<Uint8Array>, out: Printer, prefix: string): Promise<void> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const end = done || prefix === '' ? rest.length : rest.lastIndexOf('\n') + 1;
    await write(out, rest.slice(0, end), prefix);
    rest = rest.slice(end);
    if (done) return;
  }
}

async function write(out: Printer, text: string, prefix: string): Promise<void> {
  if (text === '') return;
  out.write(prefix === '' ? text : text.replace(/^(?=.|\n)/gm, prefix));
  await out.flush();
}
