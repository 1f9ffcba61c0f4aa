import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Service {
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  ports?: string[];
  command?: string[];
  environment?: Record<string, string>;
}

const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};

describe('docker-compose.yml', () => {
  it.each(Object.entries(services))(
    '%s writes to its volumes alone and gains no rights',
    (_name, service) => {
      expect(service.read_only).toBe(true);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
    },
  );

  it('publishes the API alone, and Redis asks for a password that has no default', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name)).toEqual(['parley']);
    expect(services['redis']?.command?.join(' ')).toContain('--requirepass');
    expect(services['redis']?.environment?.['REDIS_PASSWORD']).toMatch(/^\$\{REDIS_PASSWORD:\?/);
    expect(services['parley']?.environment?.['REDIS_URL']).toContain('${REDIS_PASSWORD}@');
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
