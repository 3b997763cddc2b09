import { StatusError } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import type { Trace } from '../errors.ts';
import { goEscaped } from '../go-json.ts';

/** Commands whose clients are of types, which leave out what an answer says of its own. */
const TYPED =
  /^(?:attach|auth|autoscale|cordon|cp|create .|debug|drain|exec|expose|logs|port-forward|rollout|run|set|taint|top|uncordon)/;

/**
 * What `-v=4` tells of errors: the whole answer of the server, or why there is none.
 *
 * @see k8s.io/kubectl/pkg/cmd/util/helpers.go StandardErrorMessage
 */
export const tracedErrors =
  ({ path, flags, trace }: CommandContext): Trace =>
  (error) => {
    if (!(error instanceof StatusError)) {
      trace(4, 'helpers.go:264', `Connection error: ${error.method} ${error.url}: ${error.reason}`);
      return;
    }
    const { kind, apiVersion, ...rest } = error.status;
    const isTyped = TYPED.test(path) || (flags.has('raw') && flags.changed('raw'));
    const shown = isTyped ? rest : { kind, apiVersion, ...rest };
    trace(4, 'helpers.go:246', `server response object: %s[${goEscaped(JSON.stringify(shown, undefined, '  '))}]`);
  };
