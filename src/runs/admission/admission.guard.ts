import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { RunAdmission } from './run-admission.js';

/** Marks a handler whose requests start a run, or resume one. */
export const StartsRun = Reflector.createDecorator<true, true>({ transform: () => true });

/**
 * Decides whether a request may start a run before anything is done for it but reading it: authentication asks
 * PostgreSQL or Redis, and a refusal should wait for neither.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: RunAdmission,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http' || !this.reflector.get(StartsRun, context.getHandler())) return true;
    const release = this.admission.admitCall();
    context.switchToHttp().getResponse<Response>().once('close', release);
    return true;
  }
}
