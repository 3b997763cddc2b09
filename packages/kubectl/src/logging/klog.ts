import { goQuote } from '@tabernetes/apimachinery';

/** Writes lines as klog does: severity, date, time with microseconds, process, the file that speaks. */
export interface Klog {
  /** `-v`: how much is told. */
  readonly verbosity: number;
  info(source: string, text: string): void;
  /** What should be otherwise: told whatever the verbosity. */
  warning(source: string, text: string): void;
  /** A message and a value by name: klog's InfoS. */
  infoS(source: string, message: string, key: string, value: string): void;
  /** The same as an error: told whatever the verbosity. */
  errorS(source: string, message: string, key: string, value: string): void;
  /** What went wrong and does not end the command: told whatever the verbosity. */
  error(source: string, text: string): void;
  /** What is so bad that the command ends. */
  fatal(source: string, text: string): void;
}

export interface KlogDeps {
  readonly now: () => number;
  readonly pid: number;
  readonly write: (text: string) => void;
}

/** @see https://github.com/kubernetes/klog/blob/v2.130.1/internal/severity/severity.go */
export function klog({ now, pid, write }: KlogDeps, verbosity: number): Klog {
  const line = (severity: 'I' | 'W' | 'E' | 'F', source: string, text: string): void => {
    const at = new Date(now()).toISOString();
    write(
      `${severity}${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000 ${String(pid).padStart(7)} ${source}] ${text}\n`,
    );
  };
  const pair = (message: string, key: string, value: string): string =>
    `${goQuote(message)} ${key}=${structured(value)}`;
  return {
    verbosity,
    info: (source, text) => line('I', source, text),
    warning: (source, text) => line('W', source, text),
    infoS: (source, message, key, value) => line('I', source, pair(message, key, value)),
    errorS: (source, message, key, value) => line('E', source, pair(message, key, value)),
    error: (source, text) => line('E', source, text),
    fatal: (source, text) => line('F', source, text),
  };
}

/** Texts of several lines stand indented between `<` and `>`; others are quoted. */
function structured(text: string): string {
  if (!text.includes('\n')) return goQuote(text);
  return `<\n${text
    .split('\n')
    .map((each) => `\t${each}\n`)
    .join('')
    .replace(/\t\n$/, '')} >`;
}
