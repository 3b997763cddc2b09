import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import * as config from '../../generators/config.ts';
import { createCommand } from '../../generators/generate.ts';
import { ingress, service } from '../../generators/network.ts';
import * as rules from '../../generators/rules.ts';
import * as workloads from '../../generators/workloads.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf, fieldValidation } from '../../writing/dry-run.ts';
import { withSource } from '../../writing/errors.ts';
import { fileOptions, requireFiles } from '../../writing/file-options.ts';
import { lastApplied, withLastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { rawBody, rawTarget } from '../../writing/raw.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo } from '../../writing/requests.ts';
import { manifestCheck } from '../../writing/validate.ts';
import { editObjects } from '../edit/edit-objects.ts';
import { token } from './token.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/ */
const create: Command = {
  async run(context) {
    const { flags, args, path, out, api } = context;
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = dryRunOf(context);
    const validation = fieldValidation(context);
    const printer = writtenPrinter(context, 'created', dryRun);
    requireFiles(context);
    const raw = flags.string('raw');
    if (raw !== '') {
      if (flags.bool('edit')) throw new Error('--raw and --edit are mutually exclusive');
      const body = await rawBody(context, { needsFile: true });
      if (flags.string('selector') !== '') throw new Error('--raw and --selector (-l) are mutually exclusive');
      const target = rawTarget(raw);
      out.write(
        await api().text('POST', target.path, {
          query: target.query,
          isRaw: true,
          body: body ?? new Uint8Array(),
          contentType: 'application/json',
        }),
      );
      return undefined;
    }
    if (flags.bool('edit')) return editObjects(context, 'create');
    const check = manifestCheck(context, validation);
    const selection = await select(context, {
      ...fileOptions(context),
      labelSelector: flags.string('selector'),
      continueOnError: true,
      ...(check && { validate: check }),
    });
    let count = 0;
    await selection.visit(async (info) => {
      const keeps = flags.bool('save-config') || lastApplied(info.object) !== undefined;
      let object = info.object as KubeObject;
      if (keeps) object = withLastApplied(object);
      object = recorded(context, object);
      let made = { ...info, object };
      if (dryRun !== 'client') {
        try {
          made = {
            ...made,
            ...(await createInfo(context, made, { dryRun, fieldValidation: validation })),
          } as typeof made;
        } catch (error) {
          throw withSource('creating', info.source, error);
        }
      }
      count++;
      printer.print(made.object);
    });
    if (count === 0) throw new Error('no objects passed to create');
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = {
  create,
  'create clusterrole': createCommand(rules.clusterRole),
  'create clusterrolebinding': createCommand(rules.clusterRoleBinding),
  'create configmap': createCommand(config.configMap),
  'create cronjob': createCommand(workloads.cronJob),
  'create deployment': createCommand(workloads.deployment),
  'create ingress': createCommand(ingress),
  'create job': createCommand(workloads.job),
  'create namespace': createCommand(rules.namespace),
  'create poddisruptionbudget': createCommand(rules.podDisruptionBudget),
  'create priorityclass': createCommand(rules.priorityClass),
  'create quota': createCommand(rules.quota),
  'create role': createCommand(rules.role),
  'create rolebinding': createCommand(rules.roleBinding),
  'create secret docker-registry': createCommand(config.dockerSecret),
  'create secret generic': createCommand(config.genericSecret),
  'create secret tls': createCommand(config.tlsSecret),
  'create service clusterip': createCommand(service('ClusterIP')),
  'create service externalname': createCommand(service('ExternalName')),
  'create service loadbalancer': createCommand(service('LoadBalancer')),
  'create service nodeport': createCommand(service('NodePort')),
  'create serviceaccount': createCommand(rules.serviceAccount),
  'create token': token,
};
