import type { FileError, NetError, Process, Program } from '@tabernetes/node-api';

/** Ends a program with `name: message` on stderr and this exit code. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A command line that the program does not take; the usage line follows the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * A program of one tool: prints its usage when asked or when called wrongly, and the errors of files that it lets pass
 * as `name: path: text`.
 *
 * @param usage what follows the name in the usage line
 * @param usageCode exit code of a wrong call
 */
export function command(
  usage: string,
  main: (process: Process, name: string) => Promise<number>,
  usageCode = 1,
): Program {
  return async (process) => {
    const name = commandName(process);
    try {
      if (process.argv.length === 2 && process.argv[1] === '--help') {
        await process.stderr.write(usageText(name, usage));
        return 0;
      }
      return await main(process, name);
    } catch (error) {
      if (error instanceof Failure) {
        await process.stderr.write(`${name}: ${error.message}\n`);
        return error.exitCode;
      }
      if (error instanceof UsageError) {
        await process.stderr.write(
          `${error.message === '' ? '' : `${name}: ${error.message}\n`}${usageText(name, usage)}`,
        );
        return usageCode;
      }
      if (isFileError(error)) {
        await process.stderr.write(`${name}: ${error.path}: ${error.message}\n`);
        return 1;
      }
      throw error;
    }
  };
}

/** The last part of the name by which the program was called. */
export function commandName(process: Process): string {
  const [name = ''] = process.argv;
  return name.slice(name.lastIndexOf('/') + 1);
}

/** `name: message` on stderr. */
export function complain(process: Process, message: string): Promise<void> {
  return process.stderr.write(`${commandName(process)}: ${message}\n`);
}

function isFileError(error: unknown): error is FileError {
  return error instanceof Error && 'code' in error && 'path' in error;
}

export function isNetError(error: unknown): error is NetError {
  return error instanceof Error && 'code' in error && 'address' in error;
}

/** Why a program cannot have its port. */
export const bindFailure = ({ code }: NetError): Failure =>
  new Failure(`bind: ${code === 'EACCES' ? 'Permission denied' : 'Address already in use'}`);

/** The server has closed the connection in order, without a word; any other ECONNRESET tore it down. */
export const isEmptyReply = ({ code, message }: NetError): boolean =>
  code === 'ECONNRESET' && message.startsWith('Empty reply');

/** The server has spoken, and no HTTP. */
export const isForeignReply = ({ code, message }: NetError): boolean =>
  code === 'ECONNRESET' && message.startsWith('Received HTTP/0.9');

/** What a file operation gives, or its error; everything else that is thrown passes. */
export function attempt<T>(operation: () => T): { readonly value: T } | { readonly error: FileError } {
  try {
    return { value: operation() };
  } catch (error) {
    if (isFileError(error)) return { error };
    throw error;
  }
}

function usageText(name: string, usage: string): string {
  return `BusyBox v1.35.0 multi-call binary.\n\nUsage: ${name} ${usage}\n`;
}
