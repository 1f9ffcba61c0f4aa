import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { readSettings } from '../src/config/read-env.js';
import { readManifests, unknownFields, validateValues, type Manifest } from './support/manifests.js';

interface Service {
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  ports?: string[];
  command?: string[];
  image?: string;
  environment?: Record<string, string>;
  healthcheck?: { test?: string[] };
  volumes?: string[];
}

const readYaml = (file: string): unknown => parse(readFileSync(file, 'utf8'), { merge: true });
const compose = readYaml('docker-compose.yml') as { services: Record<string, Service> };
const { services } = compose;
/** The commands of the image. */
const COMMANDS = /^ {2}([a-z |]+)\) exec/gm;
const commands = [...readFileSync('deploy/parley.sh', 'utf8').matchAll(COMMANDS)].flatMap(([, names]) =>
  names!.split(' | '),
);

describe('docker-compose.yml', () => {
  it('follows the Compose specification', () => {
    const file = 'node_modules/dclint/schemas/compose.schema.json';
    // The address of draft 7 that it names is not the one that Ajv knows.
    const { $schema: _draft7, ...schema } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect([validate(compose), validate.errors]).toEqual([true, null]);
  });

  it.each(Object.entries(services))(
    '%s writes to its volumes alone and gains no rights',
    (_name, service) => {
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
    },
  );

  it('publishes nginx alone to others, and no password has a default', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => [name, port]),
    );
    expect(published).toEqual([['nginx', '8000:8080']]);
    expect(services['redis']?.command?.join(' ')).toContain('--requirepass');
    const required: [service: string, variable: string, name: string][] = [
      ['redis', 'REDIS_PASSWORD', 'REDIS_PASSWORD'],
      ['postgres', 'POSTGRES_PASSWORD', 'POSTGRES_PASSWORD'],
      ['qdrant', 'QDRANT__SERVICE__API_KEY', 'QDRANT_API_KEY'],
      ['grafana', 'GF_SECURITY_ADMIN_PASSWORD', 'GRAFANA_PASSWORD'],
      ['api-1', 'JWT_SECRET', 'JWT_SECRET'],
    ];
    for (const [service, variable, name] of required)
      expect(services[service]?.environment?.[variable]).toMatch(new RegExp(`^\\$\\{${name}:\\?`));
  });

  it('gives Parley settings that it can use, and commands that the image has', () => {
    const parley = Object.entries(services).filter(([, { image }]) => image === 'parley');
    expect(parley.map(([name]) => name)).toEqual(['api-1', 'api-2', 'worker', 'migrate']);
    for (const [, { environment = {}, command, healthcheck }] of parley) {
      const values = Object.entries(environment).map(([name, value]) => [
        name,
        String(value).replaceAll(/\$\{\w+(:\?[^}]*)?\}/g, 'x'.repeat(32)),
      ]);
      expect(readSettings(Object.fromEntries(values)).notices).toEqual([]);
      expect(commands).toContain(command![0]);
      if (healthcheck?.test) expect(commands).toContain(healthcheck.test[2]);
    }
  });

  it('mounts files that are there', () => {
    for (const { volumes = [] } of Object.values(services))
      for (const [path] of volumes.map((volume) => volume.split(':')))
        if (path!.startsWith('./')) expect(() => readFileSync(path!)).not.toThrow(/ENOENT/);
  });
});

describe('the manifests of Kubernetes', () => {
  interface Labels {
    matchLabels: Record<string, string>;
  }
  interface Pod {
    metadata: { labels: Record<string, string> };
    spec: {
      securityContext: Record<string, unknown>;
      containers: {
        args: string[];
        image: string;
        envFrom: object[];
        ports?: { name: string; containerPort: number }[];
        securityContext: object;
        resources: { requests: object; limits: object };
      }[];
    };
  }
  const kustomization = readYaml('deploy/kubernetes/kustomization.yaml') as {
    resources: string[];
    images: { name: string }[];
    configMapGenerator: { name: string; envs: string[] }[];
    secretGenerator: { name: string; envs: string[] }[];
  };
  const manifests = readManifests();
  const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const pods = manifests
    .filter(({ kind }) => ['Deployment', 'Job'].includes(kind))
    .map(({ spec }) => spec['template'] as Pod);

  it.each(
    manifests.map((manifest): [string, Manifest] => [`${manifest.kind} ${manifest.metadata.name}`, manifest]),
  )('%s follows the schema of Kubernetes', (_name, manifest) =>
    expect(() => validateValues(manifest)).not.toThrow(),
  );

  it('have only fields of Kubernetes', () => {
    expect(unknownFields(manifests)).toEqual([]);
    const misspelt = structuredClone(of('Deployment')[0]!);
    misspelt.spec['replica'] = 2;
    expect(unknownFields([misspelt]).join()).toContain('"replica"');
  });

  it('are all in the kustomization, with the files of its ConfigMaps and Secrets', () => {
    expect(readManifests(kustomization.resources)).toHaveLength(manifests.length);
    expect(kustomization.images.map(({ name }) => name)).toEqual(['parley']);
    const names = [
      ...kustomization.configMapGenerator.map(({ name }) => ({ configMapRef: { name } })),
      ...kustomization.secretGenerator.map(({ name }) => ({ secretRef: { name } })),
    ];
    for (const { spec } of pods) expect(spec.containers[0]!.envFrom).toEqual(names);
    const settings = ['settings.env', 'secrets.env.example'].map((file) =>
      parseEnv(readFileSync(`deploy/kubernetes/${file}`, 'utf8')),
    );
    const { env, notices } = readSettings({ ...settings[0], ...settings[1], JWT_SECRET: 'x'.repeat(32) });
    expect([notices, env.INGESTION_WORKER, env.METRICS_PORT]).toEqual([[], 'external', 9464]);
  });

  it('run the commands of the image without privileges, and with the probes of the health checks', () => {
    expect(pods.map(({ spec }) => spec.containers[0]!.args)).toEqual([['api'], ['migrate'], ['worker']]);
    for (const { spec } of pods) {
      const [container] = spec.containers;
      expect(commands).toContain(container!.args[0]);
      expect(container!.image).toBe('parley');
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(container!.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container!.resources.limits).toHaveProperty('memory');
    }
  });

  it('select pods that there are', () => {
    const deployments = of('Deployment').map(({ metadata }) => metadata.name);
    expect(deployments).toContain(
      (of('HorizontalPodAutoscaler')[0]!.spec['scaleTargetRef'] as { name: string }).name,
    );
    const selectors = [
      ...of('PodDisruptionBudget').map(({ spec }) => (spec['selector'] as Labels).matchLabels),
      ...of('NetworkPolicy').map(({ spec }) => (spec['podSelector'] as Labels).matchLabels),
      ...of('Service').map(({ spec }) => spec['selector'] as Record<string, string>),
    ];
    // What kustomize adds to each.
    const labels = pods.map(({ metadata }) => ({
      ...metadata.labels,
      'app.kubernetes.io/part-of': 'parley',
    }));
    for (const selector of selectors) expect(labels).toContainEqual(expect.objectContaining(selector));
  });
});

describe('package-lock.json', () => {
  it('has the integrity of every package that is not an optional one of another platform', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { integrity?: string; optional?: boolean; link?: boolean }>;
    };
    const without = Object.entries(packages).filter(
      ([path, { integrity, optional, link }]) => path && !integrity && !optional && !link,
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });
});
