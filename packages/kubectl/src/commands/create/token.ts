import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { nameOfArguments } from '../../generators/generate.ts';
import { checkSegment } from '../../resources/info.ts';
import { typedPrinter } from '../../writing/print.ts';

const BOUND_KINDS = ['Node', 'Pod', 'Secret'];

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_token/ */
export const token: Command = {
  async run(context) {
    const { flags, out, namespace, api, process } = context;
    const name = nameOfArguments(context);
    const printer = typedPrinter(context, 'created', 'none');
    const durationMs = flags.number('duration');
    const audiences = flags.strings('audience');
    const kind = flags.string('bound-object-kind');
    const boundName = flags.string('bound-object-name');
    const uid = flags.string('bound-object-uid');
    if (name === '') throw new Error('service account name is required');
    if (durationMs < 0) throw new Error('--duration must be greater than or equal to 0');
    if (durationMs % 1_000 !== 0) throw new Error('--duration cannot be expressed in units less than seconds');
    if (audiences.includes('')) throw new Error('--audience must not be an empty string');
    if (kind === '') {
      if (boundName !== '') throw new Error('--bound-object-name can only be set if --bound-object-kind is provided');
      if (uid !== '') throw new Error('--bound-object-uid can only be set if --bound-object-kind is provided');
    } else {
      if (!BOUND_KINDS.includes(kind)) {
        throw new Error(`supported --bound-object-kind values are ${BOUND_KINDS.join(', ')}`);
      }
      if (boundName === '') throw new Error('--bound-object-name is required if --bound-object-kind is provided');
    }
    const request = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec: {
        audiences: audiences.length > 0 ? audiences : null,
        expirationSeconds: durationMs > 0 ? durationMs / 1_000 : null,
        boundObjectRef: kind === '' ? null : { kind, apiVersion: 'v1', name: boundName, ...(uid !== '' && { uid }) },
      },
      status: { token: '', expirationTimestamp: null },
    };
    let answer: KubeObject & { readonly status?: { readonly token?: string } };
    try {
      checkSegment('resource name', name);
      answer = await api().object(
        'POST',
        `/api/v1/namespaces/${encodeURIComponent(namespace().name)}/serviceaccounts/${encodeURIComponent(name)}/token`,
        { body: request },
      );
    } catch (error) {
      throw new Error(`failed to create token: ${messageOf(error)}`);
    }
    const text = answer.status?.token;
    if (!text) throw new Error('failed to create token: no token in server response');
    if (flags.string('output') !== '') printer.print(answer);
    // A line of its own only for people.
    else out.write(process.terminal === undefined ? text : `${text}\n`);
    return undefined;
  },
};
