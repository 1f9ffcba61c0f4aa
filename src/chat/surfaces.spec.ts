import { movieFinder } from './surfaces/movie-finder/surface.js';
import { ragAssistant } from './surfaces/rag-assistant/surface.js';
import { wireOf } from './surface.js';
import { streamOf } from './surfaces.js';

const run = { runId: 'r', conversationId: 'c', agent: 'assistant', wire: null };
const started = { type: 'started', conversationId: 'c', offset: 1 } as const;
const completed = { type: 'completed', reply: 'Hi', state: {}, finishReason: undefined, offset: 2 } as const;

describe('the stream of a run', () => {
  it('is that of the surface that the run was started in, with the options of its request', () => {
    const wire = wireOf(ragAssistant, { citations: true, sentinel: true });
    const { toSse, sharedAs } = streamOf({ ...run, wire });
    expect(toSse(started)).toContain('"type":"meta"');
    expect(toSse(completed)).toContain('[DONE]');
    expect(sharedAs).toBe('rag-assistant');
  });

  it('is that of the surface a reader asks for, without the options of another', () => {
    const wire = wireOf(ragAssistant, { citations: true, sentinel: true });
    expect(streamOf({ ...run, wire }, 'movie-finder').toSse(completed)).toContain('"session_id":"c"');
    expect(streamOf({ ...run, wire: wireOf(movieFinder) }, 'rag-assistant').toSse(completed)).not.toContain(
      '[DONE]',
    );
  });

  it('reads the stored format of earlier versions', () => {
    const wire = { dialect: 'rag-assistant', citations: false, sentinel: true };
    expect(streamOf({ ...run, wire }).toSse(completed)).toContain('[DONE]');
  });

  it('is that of its agent where a run names none', () => {
    expect(streamOf({ ...run, agent: 'movie-finder' }).sharedAs).toBeUndefined();
    expect(streamOf(run).sharedAs).toBe('rag-assistant');
  });
});
