/** Preload: counters and histograms record nothing. */
import prometheus from 'prom-client';

/** Its types have not the methods without exemplars. */
const { Histogram, Counter } = /** @type {any} */ (prometheus);

Histogram.prototype.observeWithoutExemplar = () => {};
Counter.prototype.incWithoutExemplar = () => {};
