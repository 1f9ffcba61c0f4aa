import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const FOLDER = 'deploy/kubernetes';
const MODELS = 'kubernetes-models';
const load = createRequire(import.meta.url);

/** A manifest of Kubernetes as it is in its file. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** All manifests of the given files, in order. */
export const readManifests = (files = readdirSync(FOLDER)): Manifest[] =>
  files
    .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
    .flatMap((file) => parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8')))
    .map((document) => document.toJS() as Manifest);

/** Values against the schemas of Kubernetes. @throws Error naming the field */
export function validateValues(manifest: Manifest): void {
  const models = load(`${MODELS}/${manifest.apiVersion}`) as Record<
    string,
    new (data: Manifest) => { validate(): void }
  >;
  const Model = models[manifest.kind];
  if (!Model) throw new Error(`${manifest.apiVersion} has no ${manifest.kind}`);
  new Model(manifest).validate();
}

/** Fields that Kubernetes does not know, which its schemas let pass: by the types made of them. @returns messages */
export function unknownFields(manifests: readonly Manifest[]): string[] {
  const name = join(process.cwd(), 'manifests.ts');
  const text = manifests
    .map((manifest, i) => {
      const type = `import('${MODELS}/${manifest.apiVersion}').I${manifest.kind}`;
      return `export const m${i}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, text, rest[0]) : getSourceFile.call(host, file, ...rest);
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  const program = ts.createProgram([name], { ...options, module: ts.ModuleKind.ESNext }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
