import { errorText } from '../model/error-text.ts';

/** What can be wrong with a sandbox that comes from elsewhere. */
export type Fault = 'newer' | 'foreign' | 'nameless' | 'cut' | 'silent' | 'nowhere';

const TOLD: Readonly<Record<Fault, string>> = {
  newer: 'it was made by a newer version of Tabernetes',
  foreign: 'it is not a sandbox of Tabernetes',
  nameless: 'one of its files has no name or no text',
  cut: 'it is not whole',
  silent: 'the browser’s database does not answer',
  nowhere: 'this browser window has no database',
};

/** A sandbox that cannot be had: told in English to programs, in the reader's language on the page. */
export class SandboxFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(TOLD[fault]);
    this.fault = fault;
  }
}

/** What an error says on a page that has `words` for the faults; other errors speak for themselves. */
export function faultText(error: unknown, words: Readonly<Record<Fault, string>>): string {
  if (error instanceof SandboxFault) return words[error.fault];
  return errorText(error);
}
