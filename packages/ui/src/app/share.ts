import type { PageMessages } from '../messages/page-messages.ts';
import { NOTHING_TOLD, type Told } from './note.tsx';
import type { SandboxState } from './use-sandbox.ts';

/** Links beyond this are cut by what people send them with, in characters. */
const LONGEST_LINK = 60_000;

/** Puts a link to the sandbox into the address and the clipboard: with all that was done if an address can hold it, else its files. */
export async function share(sandbox: SandboxState, { share: words }: PageMessages): Promise<Told> {
  const whole = await sandbox.link(true);
  const isWhole = whole !== undefined && whole.length <= LONGEST_LINK;
  const link = isWhole ? whole : await sandbox.link(false);
  if (link === undefined) return NOTHING_TOLD;
  if (link.length > LONGEST_LINK) return { text: words.tooLarge, isFailure: true };
  location.hash = new URL(link).hash;
  try {
    await navigator.clipboard.writeText(link);
    return { text: words.inClipboard(isWhole), isFailure: false };
  } catch {
    return { text: words.inAddress(isWhole), isFailure: false };
  }
}
