import type { KubeObject } from '@tabernetes/apimachinery';
import { select } from '../resources/select.ts';
import { type Generator, objectOf } from './generate.ts';

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** `kubectl create deployment` */
export const deployment: Generator = {
  failure: 'failed to create deployment: ',
  check({ flags, args }) {
    if (flags.strings('image').length > 1 && args.length > 1) {
      throw new Error('cannot specify multiple --image options and command');
    }
  },
  make({ flags, args, process }, name) {
    const command = args.slice(1);
    const port = flags.number('port');
    const containers = flags.strings('image').map((image, at) => ({
      name: containerName(image, (bound) => process.rng.int(bound)),
      image,
      ...(command.length > 0 && { command }),
      ...(at === 0 && port >= 0 && { ports: [{ containerPort: port }] }),
    }));
    const labels = { app: name };
    return objectOf(
      'apps/v1',
      'Deployment',
      { name, labels },
      {
        spec: {
          replicas: flags.number('replicas'),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
    );
  },
};

/** The last part of an image's name; where that is no name of a container, cleaned and with a suffix that makes it unique. */
function containerName(image: string, random: (bound: number) => number): string {
  const plain = (image.split('/').at(-1) ?? '').split(':')[0]?.split('@')[0] ?? '';
  if (!/[_.]/.test(plain)) return plain;
  const suffix = Array.from({ length: 5 }, () => SUFFIX_LETTERS[random(SUFFIX_LETTERS.length)]).join('');
  return `${plain.replace(/[_.]/g, '-')}-${suffix}`;
}

/** `kubectl create job` */
export const job: Generator = {
  failure: 'failed to create job: ',
  check({ flags, args }) {
    const image = flags.string('image');
    const from = flags.string('from');
    if ((image === '') === (from === '')) throw new Error('either --image or --from must be specified');
    if (args.length > 1 && from !== '') throw new Error('cannot specify --from and command');
  },
  async make(context, name) {
    const { flags, args, namespace } = context;
    const from = flags.string('from');
    if (from === '') {
      return objectOf(
        'batch/v1',
        'Job',
        { name },
        { spec: jobSpec(name, flags.string('image'), args.slice(1), 'Never') },
      );
    }
    const selection = await select(context, { namespace: namespace().name, args: [from], allowEmptySelector: false });
    const { infos, errors } = await selection.collect();
    if (errors.length > 0) throw errors[0];
    if (infos.length !== 1) throw new Error('from must be an existing cronjob');
    const cronJob = infos[0]?.object as CronJob | undefined;
    if (cronJob?.kind !== 'CronJob') {
      const [group = '', version = 'v1'] = (cronJob?.apiVersion ?? '').split('/');
      throw new Error(
        `unknown object type *${cronJob?.apiVersion.includes('/') ? version : group}.${cronJob?.kind ?? ''}`,
      );
    }
    const { metadata: own, spec } = cronJob.spec.jobTemplate;
    return objectOf(
      'batch/v1',
      'Job',
      {
        name,
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...own?.annotations },
        ...(own?.labels && { labels: own.labels }),
        ownerReferences: [
          {
            apiVersion: 'batch/v1',
            kind: 'CronJob',
            name: cronJob.metadata.name ?? '',
            uid: cronJob.metadata.uid ?? '',
            controller: true,
          },
        ],
      },
      { spec },
    );
  },
};

interface CronJob extends KubeObject {
  readonly spec: {
    readonly jobTemplate: { readonly metadata?: KubeObject['metadata']; readonly spec: unknown };
  };
}

const jobSpec = (name: string, image: string, command: readonly string[], restartPolicy: string): unknown => ({
  template: { spec: { containers: [{ name, image, ...(command.length > 0 && { command }) }], restartPolicy } },
});

/** `kubectl create cronjob` */
export const cronJob: Generator = {
  failure: 'failed to create cronjob: ',
  make({ flags, args }, name) {
    const template = jobSpec(name, flags.string('image'), args.slice(1), flags.string('restart') || 'OnFailure');
    return objectOf(
      'batch/v1',
      'CronJob',
      { name },
      {
        spec: { schedule: flags.string('schedule'), jobTemplate: { metadata: { name }, spec: template } },
      },
    );
  },
};
