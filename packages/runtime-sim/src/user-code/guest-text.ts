import { createGuest } from './guest/guest.ts';
import { lockdown } from './guest/lockdown.ts';
import { guestProcess } from './guest/process.ts';
import { textGlobals } from './guest/text-globals.ts';
import { webGlobals } from './guest/web-globals.ts';
import { wireFormat } from './protocol.ts';

/**
 * The expression that gives a guest, made of the texts of our own functions: workers of users load no module. Each of them names nothing
 * but its parameters and the language.
 */
export function guestText(): string {
  const parts = { wireFormat, lockdown, textGlobals, webGlobals, guestProcess };
  const named = Object.entries(parts).map(([name, part]) => `${name}: ${part}`);
  return `(() => { 'use strict'; return (${createGuest})({ ${named.join(', ')} }); })()`;
}
