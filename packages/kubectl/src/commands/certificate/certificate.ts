import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { goQuote, isConflict, isNotFound, rfc3339 } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { objectPrinter } from '../../printers/object-printer.ts';
import { select } from '../../resources/select.ts';

interface Verdict {
  readonly operation: string;
  readonly type: string;
  readonly opposite: string;
  readonly reason: string;
  readonly message: string;
}

const APPROVED: Verdict = {
  operation: 'approved',
  type: 'Approved',
  opposite: 'Denied',
  reason: 'KubectlApprove',
  message: 'This CSR was approved by kubectl certificate approve.',
};
const DENIED: Verdict = {
  operation: 'denied',
  type: 'Denied',
  opposite: 'Approved',
  reason: 'KubectlDeny',
  message: 'This CSR was denied by kubectl certificate deny.',
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_certificate/ */
export const commands: Readonly<Record<string, Command>> = {
  'certificate approve': { run: (context) => decide(context, APPROVED) },
  'certificate deny': { run: (context) => decide(context, DENIED) },
};

const ATTEMPTS = 10;

async function decide(context: CommandContext, verdict: Verdict): Promise<undefined> {
  const { flags, args, out, process } = context;
  const printer = objectPrinter(flags, process.fs, { operation: verdict.operation });
  const filenames = flags.strings('filename');
  if (args.length === 0 && filenames.length === 0 && flags.string('kustomize') === '') {
    throw new Error('one or more CSRs must be specified as <name> or -f <filename>');
  }
  const selection = await select(context, {
    namespace: '',
    filenames,
    recursive: flags.bool('recursive'),
    ...(args.length > 0 && { args, defaultType: 'certificatesigningrequests' }),
    latest: true,
    continueOnError: true,
  });
  let found = 0;
  await selection.visit(async ({ object, resource, name }) => {
    if (resource?.kind !== 'CertificateSigningRequest' || resource.group !== 'certificates.k8s.io') {
      const got = resource === undefined ? '' : `${resource.kind}${resource.group === '' ? '' : `.${resource.group}`}`;
      throw new Error(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${got}`);
    }
    await update(context, name, verdict);
    found++;
    printer.print(object, (text) => out.write(text));
  });
  if (found === 0) out.write('No resources found\n');
  return undefined;
}

/** Tries again when somebody else was faster. @throws {StatusError} */
async function update({ api, flags, clock }: CommandContext, name: string, verdict: Verdict): Promise<void> {
  const path = `/apis/certificates.k8s.io/v1/certificatesigningrequests/${encodeURIComponent(name)}`;
  for (let attempt = 0; ; attempt++) {
    const request = await api()
      .object<CertificateSigningRequest>('GET', path)
      .catch((error: unknown) => {
        throw isNotFound(error) ? new Error(`could not find v1 version of ${name}: ${messageOf(error)}`) : error;
      });
    const conditions = request.status?.conditions ?? [];
    if (conditions.some(({ type }) => type === verdict.opposite)) {
      throw new Error(`certificate signing request ${goQuote(name)} is already ${verdict.opposite}`);
    }
    const isDone = conditions.some(({ type }) => type === verdict.type);
    if (isDone && !flags.bool('force')) return;
    const { type, reason, message } = verdict;
    const condition = { type, status: 'True', reason, message, lastUpdateTime: rfc3339(clock.now()) };
    const body = {
      ...request,
      status: { ...request.status, conditions: isDone ? conditions : [...conditions, condition] },
    };
    try {
      await api().request('PUT', `${path}/approval`, { body });
      return;
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}
