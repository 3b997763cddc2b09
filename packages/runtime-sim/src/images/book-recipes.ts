import type { Program } from '@tabernetes/node-api';
import type { Applet } from '../process/proc.ts';
import { EXTRA_PROGRAMS } from '../programs/index.ts';
import { agnhost } from './agnhost/agnhost.ts';
import { LOCALHOST_CERTIFICATE_PEM, LOCALHOST_KEY_PEM } from './agnhost/localhost-certificate.ts';
import {
  batchJob,
  fortune,
  initDemo,
  kubiaPet,
  mysqld,
  quoteWriter,
  randomGenerator,
  silentServer,
  ssdMonitor,
  stress,
} from './book-images.ts';
import {
  apiProxy,
  configDemo,
  configInit,
  connectivityChecker,
  kubiaPetPeers,
  logAmbassador,
  logExporter,
  memoryHog,
  miniHttpServer,
  nodeAgent,
  plainServer,
  scriptInstaller,
  staticHttpServer,
  templateInit,
  trafficMeter,
  websiteController,
} from './book-servers.ts';
import { FOLDERS, type ImageRecipe } from './build-image.ts';
import { envoy, kiadaProxy } from './envoy.ts';
import { git } from './git.ts';
import { httpd, IT_WORKS } from './httpd.ts';
import type { ImageReference } from './image-spec.ts';
import { kiada } from './kiada.ts';
import { KIADA_CERTIFICATE_PEM, KIADA_KEY_PEM } from './kiada-certificate.ts';
import { mongosh } from './mongo/load-mongosh.ts';
import { mongod } from './mongo/mongod.ts';
import { mongoimport } from './mongo/mongoimport.ts';
import { quizApi } from './mongo/quiz-api.ts';
import { QUIZ_QUESTIONS } from './mongo/quiz-questions.ts';
import { mysql, mysqladmin } from './mysql.ts';
import { perl } from './pi.ts';
import { redisCli } from './redis/redis-cli.ts';
import { redisServer } from './redis/redis-server.ts';

const MIB = 1024 ** 2;

const image = (
  sizeMiB: number,
  path: string,
  program: Program | Applet,
  rest: Partial<ImageRecipe> = {},
): ImageRecipe => ({
  sizeBytes: sizeMiB * MIB,
  entrypoint: [path],
  programs: { [path]: program },
  ...rest,
});

const { curl, dig, host, jq, nslookup } = EXTRA_PROGRAMS;
const curlTools: Readonly<Record<string, Program>> = {
  ...(curl && { '/usr/bin/curl': curl }),
  ...(jq && { '/usr/bin/jq': jq }),
  ...(dig && { '/usr/bin/dig': dig }),
  ...(host && { '/usr/bin/host': host }),
  ...(nslookup && { '/usr/bin/nslookup': nslookup }),
};

const tools = (sizeMiB: number, rest: Partial<ImageRecipe> = {}): ImageRecipe => ({
  sizeBytes: sizeMiB * MIB,
  cmd: ['/bin/sh'],
  programs: curlTools,
  ...rest,
});

const webPage = (root: string): ImageRecipe =>
  image(60, '/usr/sbin/httpd', httpd(root), { files: { [`${root}/index.html`]: IT_WORKS } });

const redis = (): ImageRecipe =>
  image(40, '/usr/local/bin/redis-server', redisServer, {
    programs: { '/usr/local/bin/redis-server': redisServer, '/usr/local/bin/redis-cli': redisCli },
    workingDir: '/data',
  });

const mongo = (): ImageRecipe =>
  image(240, '/usr/bin/mongod', mongod, {
    programs: {
      '/usr/bin/mongod': mongod,
      '/usr/bin/mongosh': mongosh,
      '/usr/bin/mongo': mongosh,
      '/usr/bin/mongoimport': mongoimport,
    },
  });

const node = (program: Program): ImageRecipe =>
  image(260, '/usr/local/bin/node', program, { cmd: ['app.js'], workingDir: '/' });

const configuration = (name: string): ImageRecipe =>
  image(2, '/copy.sh', configInit, {
    files: { '/config-src/demo.properties': `profile = ${name}\nversion = 1\n` },
  });

/** The tag without its `v`, or this. */
const versionOf = ({ tag }: ImageReference, latest: string): string =>
  tag === undefined || tag === 'latest' ? latest : tag.replace(/^v/, '');

/** Images of the two books and of the documentation, by the last part of their repository. */
export const BOOK_RECIPES: Readonly<Record<string, (reference: ImageReference) => ImageRecipe>> = {
  'random-generator': (reference) =>
    image(150, '/usr/bin/java', randomGenerator(versionOf(reference, '1.0')), {
      cmd: ['-jar', 'random-generator.jar'],
      workingDir: '/opt',
      programs: { '/usr/bin/java': randomGenerator(versionOf(reference, '1.0')), ...curlTools },
    }),
  'kubia-pet': () => image(260, '/usr/local/bin/node', kubiaPet, { cmd: ['app.js'] }),
  'kubia-pet-peers': () => node(kubiaPetPeers),
  kiada: (reference) => node(kiada(versionOf(reference, '0.1'))),
  'kiada-ssl-proxy': () =>
    image(60, '/usr/local/bin/envoy', kiadaProxy, {
      files: { '/etc/envoy/example-com.crt': KIADA_CERTIFICATE_PEM, '/etc/envoy/example-com.key': KIADA_KEY_PEM },
    }),
  envoy: () =>
    image(60, '/usr/local/bin/envoy', envoy, { entrypoint: [], cmd: ['envoy', '-c', '/etc/envoy/envoy.yaml'] }),
  'quiz-api': (reference) => image(10, '/bin/quiz-api', quizApi(versionOf(reference, '0.2'))),
  'quiz-initdb-script-installer': () =>
    image(3, '/install.sh', scriptInstaller, { files: { '/insert-questions.js': QUIZ_QUESTIONS } }),
  'quiz-questions': () => ({ sizeBytes: MIB, shell: false, files: { '/insert-questions.js': QUIZ_QUESTIONS } }),
  'node-agent': () => image(8, '/bin/node-agent', nodeAgent),
  'static-http-server': () => image(8, '/bin/static-http-server', staticHttpServer),
  'network-traffic-meter': () => image(8, '/entrypoint.sh', trafficMeter),
  'network-connectivity-checker': () => image(3, '/docker_entrypoint.sh', connectivityChecker),
  'kubectl-proxy': () => image(25, '/kubectl-proxy.sh', apiProxy),
  'kubeapi-proxy': () => image(25, '/kubectl-proxy.sh', apiProxy),
  'mini-http-server': () => image(3, '/mini-http-server.sh', miniHttpServer),
  'random-generator-log-ambassador': () => image(5, '/ambassador', logAmbassador),
  'random-generator-exporter': () => image(5, '/exporter', logExporter),
  'config-dev': () => configuration('dev'),
  'config-prod': () => configuration('prod'),
  demo: () => image(80, '/usr/bin/java', configDemo, { cmd: ['-jar', 'demo.jar'] }),
  'example-configuration-template-init': () =>
    image(20, '/gomplate', templateInit, {
      files: { '/in/standalone.xml': '<server>\n  <logger level="{{(ds "config").logFormat}}"/>\n</server>\n' },
    }),
  wildfly: () =>
    image(
      700,
      '/opt/jboss/wildfly/bin/standalone.sh',
      plainServer(8080, () => 'WFLYSRV0025: WildFly Full 27.0.0.Final started', '<html>Welcome to WildFly</html>\n'),
    ),
  registry: () =>
    image(
      10,
      '/bin/registry',
      plainServer(5000, () => 'listening on [::]:5000', '{}'),
    ),
  memoryhog: () => image(2, '/memoryhog', memoryHog),
  'website-controller': () => image(10, '/website-controller', websiteController),
  git: () => image(20, '/usr/bin/git', git, { entrypoint: [], cmd: ['git'] }),
  fortune: ({ tag }) => image(60, '/bin/fortuneloop.sh', fortune(tag === 'args' || tag === 'env' ? tag : 'fixed')),
  'quote-writer': () => image(10, '/bin/quote-writer', quoteWriter),
  'batch-job': () => image(2, '/main.sh', batchJob),
  'ssd-monitor': () => image(2, '/main.sh', ssdMonitor),
  'init-demo': () => image(2, '/main.sh', initDemo),
  agnhost: () =>
    image(53, '/agnhost', agnhost, {
      cmd: ['pause'],
      folders: [...FOLDERS, 'uploads'],
      files: { '/localhost.crt': LOCALHOST_CERTIFICATE_PEM, '/localhost.key': LOCALHOST_KEY_PEM },
      programs: { '/agnhost': agnhost, '/agnhost-2': agnhost, ...curlTools },
    }),
  httpd: ({ repository }) => webPage(repository.startsWith('centos/') ? '/var/www/html' : '/usr/local/apache2/htdocs'),
  stress: () => image(4, '/stress', stress),
  perl: () => image(340, '/usr/local/bin/perl', perl, { entrypoint: [], cmd: ['perl', '-de0'] }),
  mysql: () =>
    image(150, '/usr/local/bin/mysqld', mysqld, {
      programs: { '/usr/local/bin/mysqld': mysqld, '/usr/bin/mysql': mysql, '/usr/bin/mysqladmin': mysqladmin },
    }),
  mongo,
  redis,
  'gb-redis-follower': redis,
  'gb-redisslave': redis,
  rabbitmq: () =>
    image(
      90,
      '/usr/sbin/rabbitmq-server',
      silentServer(5672, () => 'Server startup complete'),
    ),
  curl: () => tools(10, { entrypoint: ['curl'], cmd: [] }),
  'curl-jq': () => tools(15, { entrypoint: ['curl'], cmd: [] }),
  dnsutils: () => tools(30),
  'jessie-dnsutils': () => tools(60),
  tutum: () => tools(60),
  netshoot: () => tools(200),
};
