import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { objectOf, saved } from '../../generators/generate.ts';
import { groupVersion } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { typedPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo } from '../../writing/requests.ts';
import { typed } from '../../writing/schema-of.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_autoscale/ */
const autoscale: Command = {
  async run(context) {
    const { flags, args, namespace, api } = context;
    const dryRun = dryRunOf(context);
    const [min, max, cpu] = [flags.number('min'), flags.number('max'), flags.number('cpu-percent')];
    if (max < 1) throw new Error(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) {
      throw new Error(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    }
    const selection = await select(context, {
      ...fileOptions(context),
      args,
      continueOnError: true,
      allowEmptySelector: false,
    });
    let count = 0;
    await selection.visit(async (info) => {
      const { resource } = info;
      if (resource === undefined) return;
      const discovery = await api().discovery();
      if (!resource.subresources.includes('scale')) {
        throw new Error(
          `cannot autoscale a ${resource.kind}: could not find scale subresource for ${resource.group}/${resource.version}, Resource=${resource.name} in discovery information`,
        );
      }
      let hpa: KubeObject = objectOf(
        'autoscaling/v1',
        'HorizontalPodAutoscaler',
        { name: flags.string('name') || info.name },
        {
          spec: {
            scaleTargetRef: { kind: resource.kind, name: info.name, apiVersion: groupVersion(resource) },
            ...(min > 0 && { minReplicas: min }),
            maxReplicas: max,
            ...(cpu >= 0 && { targetCPUUtilizationPercentage: cpu }),
          },
        },
      );
      hpa = recorded(context, hpa);
      if (dryRun === 'client') {
        count++;
        typedPrinter(context, 'created', dryRun).print(hpa);
        return;
      }
      if (flags.bool('save-config')) hpa = saved(hpa);
      const home = discovery.forKind('autoscaling/v1', 'HorizontalPodAutoscaler');
      const place = { resource: home, namespace: namespace().name, name: '', source: '', subresource: '' };
      const created = await createInfo(context, { ...place, object: typed(hpa) }, { dryRun });
      count++;
      typedPrinter(context, 'autoscaled', dryRun).print(created.object);
    });
    if (count === 0) throw new Error('no objects passed to autoscale');
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { autoscale };
