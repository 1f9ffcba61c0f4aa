import { Catch, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { DescribedError } from '../../../common/http/error.filter.js';
import { WireErrorFilter } from '../../wires/wire-error.filter.js';
import { METADATA_PATH, baseOf } from './resource.js';

/** A 401 names the metadata about accepted tokens (RFC 9728). */
@Catch()
@Injectable()
export class McpErrorFilter extends WireErrorFilter {
  protected override describe(error: unknown, request: Request): DescribedError {
    const described = super.describe(error, request);
    if (described.status !== 401) return described;
    const challenge = `Bearer resource_metadata="${baseOf(request)}${METADATA_PATH}"`;
    return { ...described, headers: { ...described.headers, 'WWW-Authenticate': challenge } };
  }
}
