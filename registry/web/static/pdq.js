"use strict";
// PDQ of pictures and of the variants that are registered, in a worker; docs/formats/fingerprints.md defines both.
// The same bits as crawler_filter/fingerprints/pdq.py on the same pixels. Nothing leaves the device.

const SIDE = 64;
const MIN_SIDE = 5;
const MIN_QUALITY = 50;
const BORDER_TOLERANCE = 24;
const REGISTERED_CROPS = [4, 8, 12];

// A view of a picture in bytes of red, green, blue and one more: where its first pixel is, and the next ones are.
const viewOf = ({ data, width, height }) => ({ data, first: 0, across: 4, down: 4 * width, width, height });

const part = (view, left, top, width, height) => (
  { ...view, first: view.first + left * view.across + top * view.down, width, height }
);

const transposed = ({ across, down, width, height, ...rest }) => (
  { ...rest, across: down, down: across, width: height, height: width }
);

const upsideDown = (view) => ({ ...view, first: view.first + (view.height - 1) * view.down, down: -view.down });

// The 64 rows of an axis's operator: two box blurs, then the middle of each 64th part. Each row as its first place
// that is not zero, and the weights from there on.
const operator = (length) => {
  const size = Math.floor((length + 2 * SIDE - 1) / (2 * SIDE));
  const after = Math.floor((size + 2) / 2) - 1;
  const before = size - 1 - after;
  const windowAt = (at) => [Math.max(at - before, 0), Math.min(at + after, length - 1)];
  return Array.from({ length: SIDE }, (_, index) => {
    const [outerFirst, outerLast] = windowAt(Math.floor((2 * index + 1) * length / (2 * SIDE)));
    const first = windowAt(outerFirst)[0];
    const weights = new Float64Array(windowAt(outerLast)[1] - first + 1);
    for (let outer = outerFirst; outer <= outerLast; outer++) {
      const [innerFirst, innerLast] = windowAt(outer);
      const weight = 1 / ((outerLast - outerFirst + 1) * (innerLast - innerFirst + 1));
      for (let inner = innerFirst; inner <= innerLast; inner++) weights[inner - first] += weight;
    }
    return { first, weights };
  });
};

// The luma of the blurred picture at 64 by 64 places, each rounded to a number of 32 bits.
const samplesOf = (view) => {
  const { data, across, down, width } = view;
  const columns = operator(width);
  const samples = new Float32Array(SIDE * SIDE);
  const row = new Float64Array(width);
  operator(view.height).forEach(({ first, weights }, y) => {
    row.fill(0);
    weights.forEach((weight, index) => {
      let at = view.first + (first + index) * down;
      for (let x = 0; x < width; x++, at += across) {
        row[x] += weight * (0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
      }
    });
    columns.forEach((column, x) => {
      samples[SIDE * y + x] = column.weights.reduce((sum, weight, index) => sum + weight * row[column.first + index], 0);
    });
  });
  return samples;
};

const COSINES = Array.from({ length: 16 }, (_, row) => Float64Array.from({ length: SIDE }, (_, column) => (
  Math.sqrt(2 / SIDE) * Math.cos(Math.PI / (2 * SIDE) * (row + 1) * (2 * column + 1))
)));

const coefficientsOf = (samples) => {
  const halfway = COSINES.map((cosines) => Float64Array.from({ length: SIDE }, (_, x) => (
    cosines.reduce((sum, cosine, y) => sum + cosine * samples[SIDE * y + x], 0)
  )));
  return halfway.flatMap((row) => COSINES.map((cosines) => (
    Math.round(cosines.reduce((sum, cosine, x) => sum + cosine * row[x], 0) * 2 ** 16)
  )));
};

const qualityOf = (samples) => {
  const step = (one, other) => Math.abs(Math.trunc((samples[other] - samples[one]) * 100 / 255));
  let gradients = 0;
  for (let at = 0; at < SIDE * SIDE; at++) {
    if (at % SIDE < SIDE - 1) gradients += step(at, at + 1);
    if (at < SIDE * (SIDE - 1)) gradients += step(at, at + SIDE);
  }
  return Math.min(Math.floor(gradients / 90), 100);
};

const hexOf = (coefficients) => {
  const median = Float64Array.from(coefficients).sort()[127];
  let hex = "";
  for (let at = 252; at >= 0; at -= 4) {
    const digit = [3, 2, 1, 0].reduce((value, bit) => 2 * value + (coefficients[at + bit] > median), 0);
    hex += digit.toString(16);
  }
  return hex;
};

// The hash of a view in Meta's order of digits, and the quality of it from 0 to 100.
const pdq = (view) => {
  if (Math.min(view.width, view.height) < MIN_SIDE) return { hash: "0".repeat(64), quality: 0 };
  const samples = samplesOf(view);
  return { hash: hexOf(coefficientsOf(samples)), quality: qualityOf(samples) };
};

// How many lines, from the first one on, have the colour of its first pixel.
const border = ({ data, first, across, down, width, height }) => {
  const differs = (at) => [0, 1, 2].some((channel) => (
    Math.abs(data[at + channel] - data[first + channel]) > BORDER_TOLERANCE
  ));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (differs(first + y * down + x * across)) return y;
    }
  }
  return height;
};

const withoutLines = (view) => {
  const top = border(view);
  const bottom = border(upsideDown(view));
  return part(view, 0, top, view.width, Math.max(view.height - top - bottom, 0));
};

const trimmed = (view) => {
  const inner = transposed(withoutLines(transposed(withoutLines(view))));
  return 4 * inner.width < view.width || 4 * inner.height < view.height ? view : inner;
};

const cropped = (view, percent) => {
  const rows = Math.floor(view.height * percent / 100);
  const columns = Math.floor(view.width * percent / 100);
  return part(view, columns, rows, view.width - 2 * columns, view.height - 2 * rows);
};

// The parts of a picture, crawler_filter/fingerprints/parts.py: the same whole numbers, so the same boxes.

const MAX_SAMPLES = 512;
const QUIET = 32;
const EDGE = 16;
const NARROWEST = 2;
const LEAST_SIDE = 32;

// A grid of samples of grey; views of it are taken by `boxed`, and turned by `transposed`.
const samplesOfGrey = (view, step) => {
  const width = Math.ceil((view.width - Math.floor(step / 2)) / step);
  const height = Math.ceil((view.height - Math.floor(step / 2)) / step);
  const data = new Uint8Array(Math.max(width, 0) * Math.max(height, 0));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = view.first + (Math.floor(step / 2) + x * step) * view.across + (Math.floor(step / 2) + y * step) * view.down;
    data[y * width + x] = (view.data[at] + 2 * view.data[at + 1] + view.data[at + 2]) >> 2;
  }
  return { data, first: 0, across: 1, down: width, width, height };
};

const boxed = (grid, { top, left, bottom, right }) => part(grid, left, top, right - left, bottom - top);
const heightOf = ({ top, bottom }) => bottom - top;
const widthOf = ({ left, right }) => right - left;
const rowsOf = (box, [start, end]) => ({ ...box, top: box.top + start, bottom: box.top + end });
const columnsOf = (box, [start, end]) => ({ ...box, left: box.left + start, right: box.left + end });

// The spans of rows in which something is to be seen.
const betweenGutters = ({ data, first, across, down, width, height }) => {
  const spans = [];
  for (let y = 0; y < height; y++) {
    let [low, high] = [255, 0];
    for (let x = 0, at = first + y * down; x < width; x++, at += across) {
      if (data[at] < low) low = data[at];
      if (data[at] > high) high = data[at];
    }
    if (high - low <= QUIET) continue;
    if (spans.length && y - spans.at(-1)[1] < NARROWEST) spans.at(-1)[1] = y + 1;
    else spans.push([y, y + 1]);
  }
  return spans;
};

const widestGutter = (spans) => spans.reduce((widest, [start], at) => Math.max(widest, at && start - spans[at - 1][1]), 0);

// The row that differs most from the one before, and in how many samples; 0 where that is too few.
const strongestEdge = ({ data, first, across, down, width, height }) => {
  let [row, most] = [LEAST_SIDE, 0];
  for (let y = LEAST_SIDE; y <= height - LEAST_SIDE; y++) {
    let count = 0;
    for (let x = 0, at = first + y * down; x < width; x++, at += across) {
      if (Math.abs(data[at] - data[at - down]) >= EDGE) count += 1;
    }
    if (count > most) [row, most] = [y, count];
  }
  return [row, 10 * most >= 7 * width ? most : 0];
};

const wherePicturesMeet = (grid, box) => {
  const [height, width] = [heightOf(box), widthOf(box)];
  const [row, inRow] = strongestEdge(boxed(grid, box));
  const [column, inColumn] = strongestEdge(transposed(boxed(grid, box)));
  if (!inRow && !inColumn) return [];
  if (inRow * height >= inColumn * width) return [rowsOf(box, [0, row]), rowsOf(box, [row, height])];
  return [columnsOf(box, [0, column]), columnsOf(box, [column, width])];
};

// A box without its margins, and all that it falls into.
const cutUp = (grid, box, depth) => {
  if (Math.min(heightOf(box), widthOf(box)) < LEAST_SIDE) return [];
  const rows = betweenGutters(boxed(grid, box));
  const columns = betweenGutters(transposed(boxed(grid, box)));
  if (!rows.length || !columns.length) return [];
  const content = columnsOf(rowsOf(box, [rows[0][0], rows.at(-1)[1]]), [columns[0][0], columns.at(-1)[1]]);
  let pieces = [];
  if (depth && Math.max(widestGutter(rows), widestGutter(columns))) {
    pieces = widestGutter(columns) > widestGutter(rows)
      ? columns.map(([start, end]) => ({ ...content, left: box.left + start, right: box.left + end }))
      : rows.map(([start, end]) => ({ ...content, top: box.top + start, bottom: box.top + end }));
  } else if (depth) {
    pieces = wherePicturesMeet(grid, content);
  }
  const below = pieces.flatMap((piece) => cutUp(grid, piece, depth - 1));
  return [{ ...content, isLeaf: !below.length }, ...below];
};

// The halves of what may be a spread, and windows of a long strip, each half over the one before.
const windowsOf = (whole) => {
  const [height, width] = [heightOf(whole), widthOf(whole)];
  if (5 * width >= 6 * height) {
    return [columnsOf(whole, [0, Math.floor(width / 2) - 1]), columnsOf(whole, [Math.floor(width / 2) + 1, width])];
  }
  const [window, step] = [Math.floor(3 * width / 2), Math.max(Math.floor(3 * width / 4), 1)];
  const windows = [];
  for (let top = 0; 2 * height >= 5 * width && top <= height - window; top += step) {
    windows.push(rowsOf(whole, [top, top + window]));
  }
  return windows;
};

// Whether there is more to see than a few plain areas, which parts of other works have as well.
const isDetailed = (grid, box) => {
  const { data, first, across, down, width, height } = boxed(grid, box);
  const [rows, columns] = [Math.max(Math.floor(height / 64), 1), Math.max(Math.floor(width / 64), 1)];
  const greys = new Array(32).fill(0);
  let [edges, pairs, seen] = [0, 0, 0];
  for (let y = 0; y < height; y += rows) for (let x = 0; x < width; x += columns) {
    const at = first + y * down + x * across;
    greys[data[at] >> 3] += 1;
    seen += 1;
    if (!y || !x) continue;
    const above = Math.abs(data[at] - data[at - rows * down]) >= EDGE;
    const before = Math.abs(data[at] - data[at - columns * across]) >= EDGE;
    edges += above || before ? 1 : 0;
    pairs += 1;
  }
  const few = greys.sort((one, other) => other - one).slice(0, 4).reduce((sum, count) => sum + count, 0);
  return 100 * edges >= 10 * pairs || 100 * few < 80 * seen;
};

const areaOf = (box) => heightOf(box) * widthOf(box);

const boxesOf = (grid) => {
  const whole = { top: 0, left: 0, bottom: grid.height, right: grid.width };
  const cut = cutUp(grid, whole, 6).slice(1);
  const kept = new Map();
  for (const box of [...windowsOf(whole), ...cut]) {
    const [short, long] = [Math.min(heightOf(box), widthOf(box)), Math.max(heightOf(box), widthOf(box))];
    const isPart = short >= LEAST_SIDE && long <= 6 * short && 40 * areaOf(box) >= areaOf(whole)
      && isDetailed(grid, box);
    if (isPart) kept.set([box.top, box.left, box.bottom, box.right].join(), box);
  }
  const sorted = [...kept.values()].sort((one, other) => (
    areaOf(other) - areaOf(one) || one.top - other.top || one.left - other.left || one.bottom - other.bottom
  ));
  return sorted.slice(0, cut.filter(({ isLeaf }) => isLeaf).length >= 5 ? 12 : 8);
};

// Views of the parts of a picture, the largest first.
const partsOf = (view) => {
  const step = Math.max(Math.ceil(Math.max(view.height, view.width) / MAX_SAMPLES), 1);
  return boxesOf(samplesOfGrey(view, step)).map((box) => {
    const [top, left] = [Math.max(box.top - 1, 0) * step, Math.max(box.left - 1, 0) * step];
    const [bottom, right] = [Math.min((box.bottom + 1) * step, view.height), Math.min((box.right + 1) * step, view.width)];
    return trimmed(part(view, left, top, right - left, bottom - top));
  });
};

// Whether a picture has few degrees of freedom, crawler_filter/fingerprints/plain.py: the same measure, so the same answer.

const MOST_LEFT = { waves: 0.09, stripes: 0.18, plaid: 0.09, checks: 0.1, rings: 0.25, rays: 0.25, moved: 0.2, turned: 0.25, tiled: 0.15 };
const MOST_OFF = { stripes: 0.1, pair: 0.2, rings: 0.25, rays: 0.2 };
const STRETCHES = [-1.2, -0.9, -0.6, -0.3, 0.3, 0.6, 0.9, 1.2];
const TINY = 1e-9;
const ROUNDS = 4;
const PLACES = SIDE * SIDE;

// A loop, because Float64Array.from takes ten times as long.
const everywhere = (make) => {
  const values = new Float64Array(PLACES);
  for (let at = 0; at < PLACES; at++) values[at] = make(at);
  return values;
};
const sumOf = (make) => { let sum = 0; for (let at = 0; at < PLACES; at++) sum += make(at); return sum; };
const across = everywhere((at) => at % SIDE - (SIDE - 1) / 2);
const downwards = everywhere((at) => Math.floor(at / SIDE) - (SIDE - 1) / 2);

const blurredSamples = (samples) => {
  const clamp = (at) => Math.min(Math.max(at, 0), SIDE - 1);
  const rows = everywhere((at) => [-1, 0, 0, 1].reduce((sum, by) => sum + samples[SIDE * clamp(Math.floor(at / SIDE) + by) + at % SIDE], 0));
  return everywhere((at) => [-1, 0, 0, 1].reduce((sum, by) => sum + rows[SIDE * Math.floor(at / SIDE) + clamp(at % SIDE + by)], 0) / 16);
};

const edgesOf = (values) => sumOf((at) => (
  (at % SIDE < SIDE - 1 ? (values[at + 1] - values[at]) ** 2 : 0) + (at + SIDE < PLACES ? (values[at + SIDE] - values[at]) ** 2 : 0)
));

// A function of one coordinate, linear between whole numbers: which two a sample lies between, and where.
const profileOver = (coordinate) => {
  const low = coordinate.reduce((least, value) => Math.min(least, value), Infinity);
  const place = new Int32Array(PLACES);
  const share = everywhere((at) => { place[at] = Math.floor(coordinate[at] - low); return coordinate[at] - low - place[at]; });
  return { place, share, size: place.reduce((most, value) => Math.max(most, value), 0) + 2 };
};

const gather = ({ place, share, size }, value) => {
  const sums = new Float64Array(size);
  for (let at = 0; at < PLACES; at++) {
    const [whole, far] = [value(at), value(at) * share[at]];
    sums[place[at]] += whole - far;
    sums[place[at] + 1] += far;
  }
  return sums;
};

const readFrom = ({ place, share }, profile) => everywhere((at) => (
  profile[place[at]] + share[at] * (profile[place[at] + 1] - profile[place[at]])
));

const sumFit = (samples, profiles) => {
  const masses = profiles.map((profile) => gather(profile, () => 1).map((mass) => mass + 0.5));
  const fit = new Float64Array(PLACES);
  for (let round = 0; round < ROUNDS; round++) profiles.forEach((profile, index) => {
    const more = readFrom(profile, gather(profile, (at) => samples[at] - fit[at]).map((sum, at) => sum / masses[index][at]));
    more.forEach((value, at) => { fit[at] += value; });
  });
  return fit;
};

const productFit = (samples, one, other) => {
  const energy = gather(other, (at) => samples[at] ** 2);
  const loudest = new Float64Array(other.size);
  loudest[energy.indexOf(energy.reduce((most, value) => Math.max(most, value), -1))] = 1;
  const seen = readFrom(other, loudest);
  const mass = gather(one, (at) => seen[at] ** 2);
  let first = readFrom(one, gather(one, (at) => seen[at] * samples[at]).map((sum, at) => sum / (mass[at] + 0.5)));
  let [second, constant] = [new Float64Array(PLACES), 0];
  const better = (profile, own, fixed) => {
    const weight = gather(profile, (at) => fixed[at] ** 2);
    const held = weight.reduce((sum, value) => sum + value, 0) / weight.length / SIDE + TINY;
    const rest = (at) => samples[at] - constant - first[at] * second[at];
    const more = readFrom(profile, gather(profile, (at) => fixed[at] * rest(at)).map((sum, at) => sum / (weight[at] + held)));
    return own.map((value, at) => value + more[at]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    second = better(other, second, first);
    first = better(one, first, second);
    constant += sumOf((at) => samples[at] - constant - first[at] * second[at]) / PLACES;
  }
  return everywhere((at) => first[at] * second[at] + constant);
};

const along = (angle) => profileOver(everywhere((at) => across[at] * Math.cos(angle) + downwards[at] * Math.sin(angle)));

const FITS = {
  stripes: (samples, [angle]) => sumFit(samples, [along(angle)]),
  plaid: (samples, angles) => sumFit(samples, angles.map(along)),
  checks: (samples, [one, other]) => productFit(samples, along(one), along(other)),
  rings: (samples, [x, y, stretched]) => sumFit(samples, [profileOver(everywhere((at) => (
    2 * Math.hypot(across[at] - x, (downwards[at] - y) * Math.exp(stretched))
  )))]),
  rays: (samples, [x, y]) => {
    const around = profileOver(everywhere((at) => Math.atan2(downwards[at] - y, across[at] - x) * 32));
    const outwards = profileOver(everywhere((at) => Math.hypot(across[at] - x, downwards[at] - y) / 4));
    const fit = sumFit(samples, [around, outwards]);
    const more = productFit(everywhere((at) => samples[at] - fit[at]), around, outwards);
    return everywhere((at) => fit[at] + more[at]);
  },
};

// The least that is left near the best of the starts, by steps along each axis that are halved.
const leastLeft = (left, starts, steps) => {
  let [best, place] = starts.map((start) => [left(start), start]).reduce((one, other) => (other[0] < one[0] ? other : one));
  const improved = (axis, size) => [size, -size].some((step) => {
    const tried = place.map((value, at) => (at === axis ? value + step : value));
    const value = left(tried);
    if (value < best) [best, place] = [value, tried];
    return place === tried;
  });
  for (let halved = 0; halved < 6 && (halved || best < 0.9); halved++) {
    for (let round = 0; round < 4; round++) {
      if (!steps.map((step, axis) => improved(axis, step / 2 ** halved)).some(Boolean)) break;
    }
  }
  return best;
};

const slopesOf = (samples) => {
  const inside = (at) => at % SIDE > 0 && at % SIDE < SIDE - 1 && at >= SIDE && at < PLACES - SIDE;
  const x = everywhere((at) => (inside(at) ? samples[at + 1] - samples[at - 1] : 0));
  const y = everywhere((at) => (inside(at) ? samples[at + SIDE] - samples[at - SIDE] : 0));
  return { x, y };
};

const lineOf = ({ x, y }) => {
  const [twice, apart] = [2 * sumOf((at) => x[at] * y[at]), sumOf((at) => x[at] ** 2 - y[at] ** 2)];
  const total = sumOf((at) => x[at] ** 2 + y[at] ** 2) + TINY;
  return [[0.5 * Math.atan2(twice, apart)], 0.5 - 0.5 * Math.hypot(twice, apart) / total];
};

const weakestOf = (matrix) => {
  const trace = matrix[0][0] + matrix[1][1] + matrix[2][2] + TINY;
  const m = matrix.map((row, i) => row.map((value, j) => value / trace + (i === j ? TINY : 0)));
  const minor = (i, j) => {
    const [[a, b], [c, d]] = [0, 1, 2].filter((row) => row !== i).map((row) => [0, 1, 2].filter((column) => column !== j).map((column) => m[row][column]));
    return (a * d - b * c) * ((i + j) % 2 ? -1 : 1);
  };
  const adjugate = [0, 1, 2].map((i) => [0, 1, 2].map((j) => minor(j, i)));
  let direction = [1, 0.7, -0.4];
  for (let round = 0; round < 20; round++) {
    const next = adjugate.map((row) => row.reduce((sum, value, at) => sum + value * direction[at], 0));
    const length = Math.hypot(...next);
    direction = next.map((value) => value / length);
  }
  return direction;
};

const pairOf = ({ x, y }) => {
  const energy = everywhere((at) => x[at] ** 2 + y[at] ** 2);
  const root = energy.map((value) => Math.sqrt(value + TINY));
  const terms = [(at) => x[at] ** 2, (at) => x[at] * y[at], (at) => y[at] ** 2].map((term) => everywhere((at) => term(at) / root[at]));
  let [weight, off, found] = [new Float64Array(PLACES).fill(1), null, null];
  for (let round = 0; round < ROUNDS; round++) {
    found = weakestOf(terms.map((one) => terms.map((other) => sumOf((at) => one[at] * weight[at] * other[at]))));
    off = everywhere((at) => found.reduce((sum, value, index) => sum + value * terms[index][at], 0) ** 2 / (energy[at] + TINY));
    weight = off.map((value) => 1 / (value + 0.03));
  }
  const [a, b, c] = found;
  const far = Math.sqrt(Math.max(b * b - 4 * a * c, 0));
  const angles = Math.abs(a) >= Math.abs(c)
    ? [Math.atan2(2 * a, far - b), Math.atan2(2 * a, -far - b)]
    : [Math.atan2(far - b, 2 * c), Math.atan2(-far - b, 2 * c)];
  return [angles, 4 * sumOf((at) => off[at] * energy[at]) / (sumOf((at) => energy[at]) + TINY)];
};

const centreOf = ({ x, y }, rays, stretched) => {
  const high = Math.exp(stretched);
  const one = rays ? x : y.map((value) => value / high);
  const other = rays ? y.map((value) => value / high) : x.map((value) => -value);
  const energy = everywhere((at) => one[at] ** 2 + other[at] ** 2);
  const low = downwards.map((value) => value * high);
  const moment = everywhere((at) => across[at] * one[at] + low[at] * other[at]);
  let [weight, off, centre] = [new Float64Array(PLACES).fill(1), null, null];
  for (let round = 0; round <= ROUNDS; round++) {
    const weighed = (p, q) => sumOf((at) => weight[at] * p[at] * q[at]);
    const [a, b, c, u, v] = [weighed(one, one), weighed(one, other), weighed(other, other), weighed(one, moment), weighed(other, moment)];
    const found = a * c - b * b + TINY;
    const [cx, cy] = [(c * u - b * v) / found, (a * v - b * u) / found];
    off = everywhere((at) => (moment[at] - cx * one[at] - cy * other[at]) ** 2
      / (((across[at] - cx) ** 2 + (low[at] - cy) ** 2) * energy[at] + TINY));
    weight = off.map((value) => 1 / (value + 0.03));
    centre = [cx, cy / high];
  }
  return [centre, sumOf((at) => off[at] * energy[at]) / (sumOf((at) => energy[at]) + TINY)];
};

// Where rings may have their centre, and how much longer they may be than wide.
const middlesOf = (slopes, round) => {
  const middle = (stretched) => {
    const [centre, off] = centreOf(slopes, false, stretched);
    return { place: [...centre, stretched], off };
  };
  const likelier = (one, other) => (other.off < one.off ? other : one);
  const found = [0, round].map(middle);
  if (found.every(({ off }) => off >= 0.35)) return [];
  let best = [...found, ...STRETCHES.map(middle)].reduce(likelier);
  for (let halved = 0; halved < 6; halved++) {
    const [step, from] = [0.15 / 2 ** halved, best.place[2]];
    best = [from + step, from - step].map(middle).reduce(likelier, best);
  }
  return [...found, best].filter(({ off }) => off < MOST_OFF.rings).map(({ place }) => place);
};

// The transform of a square field of waves, in place; back with `im` and `re` exchanged, but for the factor size².
const fourierOf = (size) => {
  const turn = (at) => 2 * Math.PI * at / size;
  const [cosines, sines] = [Math.cos, Math.sin].map((wave) => Float64Array.from({ length: size / 2 }, (_, at) => wave(-turn(at))));
  const reversed = new Int32Array(size);
  for (let at = 1; at < size; at++) reversed[at] = (reversed[at >> 1] >> 1) | (at & 1 ? size >> 1 : 0);
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  const line = (re, im, first, step) => {
    for (let at = 0; at < size; at++) {
      real[reversed[at]] = re[first + at * step];
      imaginary[reversed[at]] = im[first + at * step];
    }
    for (let half = 1; half < size; half *= 2) {
      const apart = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) for (let at = 0; at < half; at++) {
        const [one, other] = [start + at, start + at + half];
        const [cosine, sine] = [cosines[at * apart], sines[at * apart]];
        const a = real[other] * cosine - imaginary[other] * sine;
        const b = real[other] * sine + imaginary[other] * cosine;
        real[other] = real[one] - a;
        imaginary[other] = imaginary[one] - b;
        real[one] += a;
        imaginary[one] += b;
      }
    }
    for (let at = 0; at < size; at++) {
      re[first + at * step] = real[at];
      im[first + at * step] = imaginary[at];
    }
  };
  return (re, im) => {
    for (let row = 0; row < size; row++) line(re, im, row * size, 1);
    for (let column = 0; column < size; column++) line(re, im, column, size);
  };
};

const wavesOfSamples = fourierOf(SIDE);
const HANN = Array.from({ length: SIDE }, (_, at) => Math.sin(Math.PI * (at + 1) / (SIDE + 1)) ** 2);
const RISE = Array.from({ length: SIDE }, (_, at) => 2 - 2 * Math.cos(2 * Math.PI * at / SIDE));

const notInWaves = (samples) => {
  const [re, im] = [everywhere((at) => samples[at] * HANN[at >> 6] * HANN[at % SIDE]), new Float64Array(PLACES)];
  wavesOfSamples(re, im);
  const power = everywhere((at) => (re[at] ** 2 + im[at] ** 2) * (RISE[at >> 6] + RISE[at % SIDE]));
  const total = sumOf((at) => power[at]) + TINY;
  const counted = (wave) => Math.min(wave, SIDE - wave);
  let slow = 0;
  for (let at = 0; at < PLACES; at++) if (counted(at >> 6) ** 2 + counted(at % SIDE) ** 2 < 3.5 ** 2) {
    slow += power[at];
    power[at] = 0;
  }
  for (let wave = 0; wave < 8; wave++) {
    let strongest = 0;
    for (let at = 0; at < PLACES; at++) if (power[at] > power[strongest]) strongest = at;
    const [row, column] = [Math.floor(strongest / SIDE), strongest % SIDE];
    for (const sign of [1, -1]) for (const y of [-1, 0, 1]) for (const x of [-1, 0, 1]) {
      power[SIDE * ((sign * row + y + SIDE) % SIDE) + (sign * column + x + SIDE) % SIDE] = 0;
    }
  }
  return (slow + sumOf((at) => power[at])) / total;
};

// What a picture leaves where it repeats itself, crawler_filter/fingerprints/repeated.py: moved, or turned by half.

const SLOPES = SIDE - 1;
const LEAST_SHARES = { moved: 0.25, turned: 0.27 };
const TURNS = 6;
const wavesOfSlopes = { [SIDE]: wavesOfSamples, [2 * SIDE]: fourierOf(2 * SIDE) };

// By how far slopes are moved, the sum of what lies on others.
const coveredBy = (energy, side) => {
  const sums = new Float64Array((side + 1) ** 2);
  for (let y = 0; y < side; y++) for (let x = 0, row = 0; x < side; x++) {
    row += energy[side * y + x];
    sums[(side + 1) * (y + 1) + x + 1] = sums[(side + 1) * y + x + 1] + row;
  }
  const held = 1e-3 * sums.at(-1) + TINY;
  return (down, right) => {
    const [top, bottom] = [Math.max(down, 0) * (side + 1), Math.min(side + down, side) * (side + 1)];
    const [left, end] = [Math.max(right, 0), Math.min(side + right, side)];
    return sums[bottom + end] - sums[top + end] - sums[bottom + left] + sums[top + left] + held;
  };
};

// The slopes of a square of samples, their waves in a field twice as large, and how they correlate when moved.
const movedOntoItself = (samples, size) => {
  const [side, field] = [size - 1, 2 * size];
  const [re, im, moved, rest] = [0, 1, 2, 3].map(() => new Float64Array(field * field));
  const [x, y, energy] = [0, 1, 2].map(() => new Float64Array(side * side));
  for (let row = 0; row < side; row++) for (let column = 0; column < side; column++) {
    const [from, at] = [size * row + column, side * row + column];
    x[at] = re[field * row + column] = samples[from + 1] - samples[from];
    y[at] = im[field * row + column] = samples[from + size] - samples[from];
    energy[at] = x[at] ** 2 + y[at] ** 2;
  }
  const covered = coveredBy(energy, side);
  wavesOfSlopes[field](re, im);
  for (let at = 0; at < field * field; at++) moved[at] = re[at] ** 2 + im[at] ** 2;
  wavesOfSlopes[field](rest, moved);
  const correlation = (down, right) => (
    moved[field * ((down + field) % field) + (right + field) % field] / field ** 2
      / Math.sqrt(covered(down, right) * covered(-down, -right))
  );
  return { x, y, re, im, covered, correlation };
};

// How slopes correlate when they are turned by half, by where the point lies that they are turned around.
const turnedOntoItself = ({ re, im, covered }) => {
  const field = 2 * SIDE;
  const [turned, rest] = [new Float64Array(field * field), new Float64Array(field * field)];
  for (let row = 0; row < field; row++) for (let column = 0; column < field; column++) {
    const at = field * row + column;
    const back = field * ((field - row) % field) + (field - column) % field;
    turned[at] = re[at] * re[back] + im[at] * im[back];
    rest[at] = im[at] * re[back] - re[at] * im[back];
  }
  wavesOfSlopes[field](rest, turned);
  return (down, right) => -turned[field * (down + SLOPES - 1) + right + SLOPES - 1] / field ** 2 / covered(down, right);
};

// Whether half as many samples lie on themselves anywhere.
const mayRepeat = (samples) => {
  const size = SIDE / 2;
  const halved = Float64Array.from({ length: size * size }, (_, at) => {
    const from = 2 * SIDE * Math.floor(at / size) + 2 * (at % size);
    return (samples[from] + samples[from + 1] + samples[from + SIDE] + samples[from + SIDE + 1]) / 4;
  });
  const { correlation } = movedOntoItself(halved, size);
  const side = size - 1;
  for (let down = 0; down < side; down++) for (let right = -side + 1; right < side; right++) {
    if (down ** 2 + right ** 2 < 4 || (side - down) * (side - Math.abs(right)) < LEAST_SHARES.moved * side ** 2) continue;
    if (correlation(down, right) >= 0.65) return true;
  }
  return false;
};

// The places where a correlation is greater than around it, the greatest first.
const peaksOf = (correlation, share) => {
  const most = SLOPES - 2;
  const wide = 2 * most + 3;
  const known = new Float64Array(wide * wide).fill(NaN);
  const valueAt = (down, right) => {
    const at = wide * (down + most + 1) + right + most + 1;
    if (Number.isNaN(known[at])) known[at] = correlation(down, right);
    return known[at];
  };
  const found = [];
  for (let down = -most; down <= most; down++) for (let right = -most; right <= most; right++) {
    if ((SLOPES - Math.abs(down)) * (SLOPES - Math.abs(right)) < share * SLOPES ** 2) continue;
    const value = valueAt(down, right);
    if (!(value >= 0.7)) continue;
    let isTop = true;
    for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) if (valueAt(down + y, right + x) > value) isTop = false;
    if (isTop) found.push({ value, down, right });
  }
  return found.sort((one, other) => other.value - one.value || other.down - one.down || other.right - one.right);
};

// The two best shifts that have a small cell between them.
const smallCell = (peaks) => {
  const oneWay = peaks.filter(({ down, right }) => down > 0 || (down === 0 && right > 0)).slice(0, 40);
  for (const [last, second] of oneWay.entries()) for (const first of oneWay.slice(0, last)) {
    const cell = Math.abs(first.down * second.right - first.right * second.down);
    if (cell >= 4 && cell <= 256) return [first, second];
  }
  return [];
};

// The two shortest shifts that lead apart.
const shortestTwo = (peaks) => {
  const squared = ({ down, right }) => down ** 2 + right ** 2;
  const oneWay = peaks.filter(({ value, down, right }) => value >= 0.85 && (down > 0 || (down === 0 && right > 0))).slice(0, 40)
    .sort((one, other) => squared(one) - squared(other) || one.down - other.down || one.right - other.right);
  const second = oneWay.slice(1).find((other) => {
    const cell = Math.abs(oneWay[0].down * other.right - oneWay[0].right * other.down);
    return cell >= 4 && cell ** 2 >= 0.3 ** 2 * squared(oneWay[0]) * squared(other);
  });
  return second ? [oneWay[0], second] : [];
};

// Whether nearly all lines lie in few directions: six, each seven parts of ninety of half a turn wide.
const hasFewDirections = (samples) => {
  const energy = new Float64Array(90);
  for (let y = 1; y < SIDE - 1; y++) for (let x = 1; x < SIDE - 1; x++) {
    const at = SIDE * y + x;
    const [right, down] = [samples[at + 1] - samples[at - 1], samples[at + SIDE] - samples[at - SIDE]];
    const turn = Math.atan2(down, right) / Math.PI;
    energy[Math.floor((turn - Math.floor(turn)) * 90) % 90] += right ** 2 + down ** 2;
  }
  const total = energy.reduce((sum, value) => sum + value, 0);
  const near = (at) => [-3, -2, -1, 0, 1, 2, 3].map((by) => (at + by + 90) % 90);
  let kept = 0;
  for (let direction = 0; direction < 6; direction++) {
    const sums = energy.map((_, at) => near(at).reduce((sum, place) => sum + energy[place], 0));
    const best = near(sums.indexOf(Math.max(...sums)));
    for (const place of best) {
      kept += energy[place];
      energy[place] = 0;
    }
  }
  return kept >= 0.8 * total;
};

// Whether no sixteenth has slopes that are not repeated; each way tells which slope lies on one, and with what sign.
const isSoEverywhere = ({ x, y }, ways) => {
  const [off, seen] = [new Float64Array(16), new Float64Array(16)];
  for (const { sign, place } of ways) for (let row = 0; row < SLOPES; row++) for (let column = 0; column < SLOPES; column++) {
    const [otherRow, otherColumn] = place(row, column);
    if (otherRow < 0 || otherRow >= SLOPES || otherColumn < 0 || otherColumn >= SLOPES) continue;
    const [at, other] = [SLOPES * row + column, SLOPES * otherRow + otherColumn];
    const [right, down] = [sign * x[other], sign * y[other]];
    off[4 * (row >> 4) + (column >> 4)] += (x[at] - right) ** 2 + (y[at] - down) ** 2;
    seen[4 * (row >> 4) + (column >> 4)] += x[at] ** 2 + y[at] ** 2 + right ** 2 + down ** 2;
  }
  const mean = seen.reduce((sum, value) => sum + value, 0) / 16;
  const own = new Float64Array(16);
  for (let row = 0; row < SLOPES; row++) for (let column = 0; column < SLOPES; column++) {
    own[4 * (row >> 4) + (column >> 4)] += x[SLOPES * row + column] ** 2 + y[SLOPES * row + column] ** 2;
  }
  return off.every((value, block) => seen[block] >= own[block] && value <= 0.5 * Math.max(seen[block], 0.25 * mean));
};

const leftOfPatterns = (samples) => {
  const found = {};
  if (!mayRepeat(samples)) return found;
  const slopes = movedOntoItself(samples, SIDE);
  const peaks = peaksOf(slopes.correlation, LEAST_SHARES.moved);
  const isMovedEverywhere = (shifts) => shifts.length > 0 && isSoEverywhere(slopes, shifts.flatMap(({ down, right }) => (
    [1, -1].map((way) => ({ sign: 1, place: (row, column) => [row + way * down, column + way * right] }))
  )));
  const shifts = smallCell(peaks);
  if (isMovedEverywhere(shifts)) found.moved = 1 - shifts[1].value;
  const points = peaksOf(turnedOntoItself(slopes), LEAST_SHARES.turned).slice(0, 40);
  const around = points.map(({ down, right }) => (
    { sign: -1, place: (row, column) => [SLOPES - 1 + down - row, SLOPES - 1 + right - column] }
  ));
  if (points.length >= TURNS && isSoEverywhere(slopes, around)) found.turned = 1 - points[TURNS - 1].value;
  const tiles = points.length >= 4 || hasFewDirections(samples) ? shortestTwo(peaks) : [];
  if (isMovedEverywhere(tiles)) found.tiled = 1 - Math.min(...tiles.map(({ value }) => value));
  return found;
};

// What the measures look at: samples slightly blurred, around zero, and their slopes.
const seenOf = (original) => {
  const blurred = blurredSamples(original);
  const mean = sumOf((at) => blurred[at]) / PLACES;
  const samples = blurred.map((value) => value - mean);
  return { samples, edges: edgesOf(samples), slopes: slopesOf(samples) };
};

// The least share of the edges that a family leaves.
const leastOf = (family, { samples, edges }, starts, steps) => leastLeft((place) => {
  const fit = FITS[family](samples, place);
  return edgesOf(samples.map((value, at) => value - fit[at])) / (edges + TINY);
}, starts, steps);

const leftOfRays = (seen) => {
  const [centre, off] = centreOf(seen.slopes, true, 0);
  return off < MOST_OFF.rays ? leastOf("rays", seen, [centre, [0, 0]], [2, 2]) : 1;
};

// Each family that may fit, and the share of the edges that its best leaves.
const leftOver = (original, wide) => {
  const seen = seenOf(original);
  const { slopes } = seen;
  const found = { waves: notInWaves(seen.samples), ...leftOfPatterns(seen.samples) };
  const [line, offLine] = lineOf(slopes);
  if (offLine < MOST_OFF.stripes) found.stripes = leastOf("stripes", seen, [line], [0.04]);
  const [pair, offPair] = pairOf(slopes);
  if (offPair < MOST_OFF.pair) for (const family of ["plaid", "checks"]) found[family] = leastOf(family, seen, [pair], [0.04, 0.04]);
  const round = -Math.log(wide);
  const starts = middlesOf(slopes, round);
  if (starts.length) found.rings = leastOf("rings", seen, [[0, 0, 0], [0, 0, round], ...starts], [2, 2, 0.15]);
  const rays = leftOfRays(seen);
  return rays < 1 ? { ...found, rays } : found;
};

// The sixteenths, by row and column, that show soft shades beside edges so hard that a share of them says nothing.
const softSixteenths = (original) => {
  const samples = blurredSamples(original);
  const blocks = new Float64Array(16);
  for (let y = 0; y < SIDE - 1; y++) for (let x = 0; x < SIDE - 1; x++) {
    const at = SIDE * y + x;
    const steps = (samples[at + SIDE] - samples[at]) ** 2 + (samples[at + 1] - samples[at]) ** 2;
    blocks[4 * (y >> 4) + (x >> 4)] += steps / 256;
  }
  const mean = blocks.reduce((sum, value) => sum + value, 0) / 16;
  return Array.from(blocks, (value, at) => [value, at >> 2, at % 4])
    .filter(([value]) => value > 12 && value < 0.06 * mean).map(([, row, column]) => [row, column]);
};

// Whether nearly all that samples show is about as narrow as they are.
const isFine = (original) => {
  const { samples, edges } = seenOf(original);
  return edges > 1.2 * sumOf((at) => samples[at] ** 2);
};

const fits = (view, samples) => (
  Object.entries(leftOver(samples, view.width / view.height)).some(([family, left]) => left <= MOST_LEFT[family])
);

const isPlainItself = (view) => {
  if (Math.min(view.width, view.height) < 24) return false;
  const samples = samplesOf(view);
  return !softSixteenths(samples).length && fits(view, samples);
};

const sixteenth = (view, row, column) => {
  const [top, bottom] = [row, row + 1].map((at) => Math.floor(at * view.height / 4));
  const [left, right] = [column, column + 1].map((at) => Math.floor(at * view.width / 4));
  return part(view, left, top, right - left, bottom - top);
};

// Squares that cover a picture, three along its shorter side.
const piecesOf = (view) => {
  const side = Math.floor(Math.min(view.width, view.height) / 3);
  const pieces = [];
  for (let top = 0; top < view.height - Math.floor(side / 2); top += Math.max(side, 1)) {
    for (let left = 0; left < view.width - Math.floor(side / 2); left += Math.max(side, 1)) {
      pieces.push(part(view, Math.min(left, view.width - side), Math.min(top, view.height - side), side, side));
    }
  }
  return pieces;
};

const isPattern = (view) => {
  if (Math.min(view.width, view.height) < MIN_SIDE) return false;
  const samples = samplesOf(view);
  const soft = softSixteenths(samples);
  if (soft.length) {
    return leftOfRays(seenOf(samples)) <= MOST_LEFT.rays && soft.every(([row, column]) => isPlainItself(sixteenth(view, row, column)));
  }
  return fits(view, samples) || (isFine(samples) && piecesOf(view).every(isPlainItself));
};

// Whether a picture is one plain figure, crawler_filter/fingerprints/plain_figures.py: the same corners.

const MOST_LEFT_OF_A_FIGURE = 0.035;
const MOST_CORNERS = 14;
const PARTS_OF_A_SAMPLE = 256;
const LONGEST_OUTLINES = 1024;
const PADDED = SIDE + 2;
const SIDES = [[-1, 0], [0, 1], [1, 0], [0, -1]];

// The medians of the dark and the bright samples, parted where they differ most.
const levelsOf = (samples) => {
  const values = Float64Array.from(samples).sort();
  const total = values.reduce((sum, value) => sum + value, 0);
  let [sum, most, parting] = [0, -1, 0];
  for (let dark = 1; dark < PLACES; dark++) {
    sum += values[dark - 1];
    const between = sum / dark - (total - sum) / (PLACES - dark);
    const apart = dark * (PLACES - dark) * (between * between);
    if (apart > most) [most, parting] = [apart, dark];
  }
  return [values[parting >> 1], values[(parting + PLACES) >> 1]];
};

// How much of the brighter level is in each sample, and the share of edges that two levels leave.
const parted = (samples) => {
  const [low, high] = levelsOf(samples);
  const shares = everywhere((at) => Math.min(Math.max(2 * (samples[at] - low) / (high - low + TINY) - 0.5, 0), 1));
  const rest = everywhere((at) => samples[at] - (low + (high - low) * shares[at]));
  return { shares, left: edgesOf(blurredSamples(rest)) / (edgesOf(blurredSamples(samples)) + TINY) };
};

// Each outline of what has more than half a share, clockwise, as places between the samples on its two sides;
// none where there are more than two.
const outlinesOf = (shares) => {
  const grid = new Float64Array(PADDED ** 2);
  for (let at = 0; at < PLACES; at++) grid[PADDED * (Math.floor(at / SIDE) + 1) + at % SIDE + 1] = shares[at];
  const isInside = (row, column) => grid[PADDED * row + column] > 0.5;
  const isEdge = (row, column, [down, right]) => isInside(row, column) && !isInside(row + down, column + right);
  const steps = [];
  for (let row = 1; row <= SIDE; row++) for (let column = 1; column <= SIDE; column++) {
    SIDES.forEach((direction, side) => { if (isEdge(row, column, direction)) steps.push([row, column, side]); });
  }
  const seen = new Set();
  const follow = ([row, column, side]) => {
    const outline = [];
    const key = () => 4 * (PADDED * row + column) + side;
    while (!seen.has(key())) {
      seen.add(key());
      const [[down, right], [onDown, onRight]] = [SIDES[side], SIDES[(side + 1) % 4]];
      const [here, there] = [grid[PADDED * row + column], grid[PADDED * (row + down) + column + right]];
      const part = Math.floor(PARTS_OF_A_SAMPLE * (here - 0.5) / (here - there));
      outline.push([PARTS_OF_A_SAMPLE * row + down * part, PARTS_OF_A_SAMPLE * column + right * part]);
      if (isInside(row + onDown + down, column + onRight + right)) {
        [row, column, side] = [row + onDown + down, column + onRight + right, (side + 3) % 4];
      } else if (isInside(row + onDown, column + onRight)) [row, column] = [row + onDown, column + onRight];
      else side = (side + 1) % 4;
    }
    return outline;
  };
  const outlines = [];
  for (const [row, column, side] of steps) {
    if (seen.has(4 * (PADDED * row + column) + side)) continue;
    if (outlines.length === 2) return [];
    outlines.push(follow([row, column, side]));
  }
  return outlines;
};

const farthest = (outline, [row, column]) => outline.reduce((found, [ownRow, ownColumn], at) => {
  const [down, right] = [ownRow - row, ownColumn - column];
  const squared = down * down + right * right;
  return squared > found.squared ? { at, squared } : found;
}, { at: 0, squared: -1 }).at;

// The place that is farthest off the straight piece between two; 0 where all are within a sample of it or of a bent one.
const farthestOff = (ring, first, last) => {
  const [[row, column], [toRow, toColumn]] = [ring[first], ring[last]];
  const [down, right] = [toRow - row, toColumn - column];
  const squared = down * down + right * right;
  const near = PARTS_OF_A_SAMPLE * Math.sqrt(squared);
  const between = ring.slice(first + 1, last).map(([ownRow, ownColumn]) => [ownRow - row, ownColumn - column]);
  const far = between.map(([over, beside]) => right * over - down * beside);
  const along = between.map(([over, beside]) => (squared ? (down * over + right * beside) / squared : 0));
  const extreme = (values) => values.reduce((best, value, at) => (value > values[best] ? at : best), 0);
  if (far.every((off) => Math.abs(off) <= near)) return 0;
  const bent = 4 * far[extreme(along.map((at) => -Math.abs(at - 0.5)))];
  if (far.every((off, at) => Math.abs(off - bent * along[at] * (1 - along[at])) <= near)) return 0;
  return first + 1 + extreme(far.map(Math.abs));
};

// The ends of the few straight or bent pieces that an outline falls into, but for those at the edges of the picture.
const countCorners = (outline) => {
  const start = farthest(outline, outline[0]);
  const ring = [...outline.slice(start), ...outline.slice(0, start + 1)];
  const middle = farthest(ring, ring[0]);
  const ends = new Set([0, middle]);
  const pieces = [[0, middle], [middle, ring.length - 1]];
  while (pieces.length) {
    const [first, last] = pieces.pop();
    const at = farthestOff(ring, first, last);
    if (!at) continue;
    ends.add(at);
    pieces.push([first, at], [at, last]);
  }
  const isWithin = (place) => place >= PARTS_OF_A_SAMPLE && place <= SIDE * PARTS_OF_A_SAMPLE;
  return [...ends].filter((at) => ring[at].every(isWithin)).length;
};

const twiceTheArea = (outline) => outline.reduce((sum, [row, column], at) => {
  const [nextRow, nextColumn] = outline[(at + 1) % outline.length];
  return sum + nextRow * column - nextColumn * row;
}, 0);

// The corners of the one figure there is; null where there are several, or two holes.
const cornersOf = (shares) => {
  const found = outlinesOf(shares);
  if (!found.length) return null;
  const [areas, corners] = [found.map(twiceTheArea), found.map(countCorners)];
  if (Math.min(...areas) >= 0) return found.length === 1 ? corners[0] : null;
  return -2 * Math.min(...areas) >= Math.max(...areas) ? Math.max(...corners) : corners[0] + corners[1];
};

const stepsAround = (shares) => sumOf((at) => {
  const [row, column, inside] = [Math.floor(at / SIDE), at % SIDE, shares[at] > 0.5];
  const within = (column < SIDE - 1 && (shares[at + 1] > 0.5) !== inside) + (row < SIDE - 1 && (shares[at + SIDE] > 0.5) !== inside);
  const atEdges = (column === 0) + (column === SIDE - 1) + (row === 0) + (row === SIDE - 1);
  return within + (inside ? atEdges : 0);
});

const isFigure = (samples) => {
  const { shares, left } = parted(samples);
  if (left > MOST_LEFT_OF_A_FIGURE || stepsAround(shares) > LONGEST_OUTLINES) return false;
  return [shares, shares.map((share) => 1 - share)].map(cornersOf).some((corners) => corners !== null && corners <= MOST_CORNERS);
};

const showsAFigure = (view) => Math.min(view.width, view.height) >= MIN_SIDE && isFigure(samplesOf(view));

const isPlain = (view) => isPattern(view) || showsAFigure(view);

// Whether a hash says that little is in the picture, crawler_filter/fingerprints/few_bits.py.

const bitsIn = (number) => number.toString(2).replaceAll("0", "").length;

const saysLittle = (hash) => {
  const rows = Array.from({ length: 16 }, (_, row) => parseInt(hash.slice(4 * row, 4 * row + 4), 16));
  const set = rows.reduce((sum, row) => sum + bitsIn(row), 0);
  let alike = 0;
  rows.forEach((one, at) => rows.slice(0, at).forEach((other) => { alike += Math.abs(8 - bitsIn(one ^ other)); }));
  return set < 112 || set > 144 || alike > 671;
};

// What to register for a picture: a variant below the least quality is no key, nor is what a formula draws.
const registeredVariants = (view) => {
  const inner = trimmed(view);
  const isTrimmed = inner.width !== view.width || inner.height !== view.height;
  if (isPattern(inner) || (isTrimmed && isPattern(view))) return [];
  const found = [
    { variant: "whole", ...pdq(view) },
    ...REGISTERED_CROPS.map((percent) => ({ variant: `crop${percent}`, ...pdq(cropped(view, percent)) })),
    ...(isTrimmed ? [{ variant: "trimmed", ...pdq(inner) }] : []),
    ...partsOf(view).map((shown, index) => ({ shown, variant: `part${index + 1}` }))
      .filter(({ shown }) => !isPlain(shown)).map(({ shown, variant }) => ({ variant, ...pdq(shown) })),
  ].filter(({ quality }) => quality >= MIN_QUALITY);
  if (found.length && found[0].variant === "whole" && saysLittle(found[0].hash)) return [];
  const telling = found.filter(({ hash }) => !saysLittle(hash));
  if (!telling.length) return [];
  const isTheWhole = (variant) => variant === "whole" || variant.startsWith("crop");
  const [wholeIsFigure, innerIsFigure] = [showsAFigure(view), isTrimmed && showsAFigure(inner)];
  return telling.filter(({ variant }) => !(isTheWhole(variant) ? wholeIsFigure : variant === "trimmed" && innerIsFigure));
};

// The value of the `pdq` scope that a picture is registered by; empty where there is too little to see.
const scopeValue = (fingerprints) => (
  fingerprints.map(({ variant, hash }) => (variant === "whole" ? hash : `${variant}:${hash}`)).join(",")
);

// Exif tag 274 in a block of Exif, 1 where it says nothing: crawler_filter/files/orientation.py reads it alike. It is
// set to 1 there, so that no browser turns the picture a second time: some do, whatever they are asked.
const takenOrientation = (block) => {
  const bytes = block.length > 6 && String.fromCharCode(...block.subarray(0, 6)) === "Exif\0\0" ? block.subarray(6) : block;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.byteLength >= 2 ? view.getUint16(0) : 0;
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  try {
    const start = view.getUint32(4, little);
    const fields = Math.min(view.getUint16(start, little), 4096);
    for (let at = start + 2; at < start + 2 + 12 * fields; at += 12) {
      const [tag, kind, values] = [view.getUint16(at, little), view.getUint16(at + 2, little), view.getUint32(at + 4, little)];
      const value = view.getUint16(at + 8, little);
      if (tag !== 274 || kind !== 3 || values !== 1) continue;
      view.setUint16(at + 8, 1, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch {
    return 1; // the block ends before its directory does
  }
  return 1;
};

const nameAt = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));

const exifOfJpeg = (bytes, view) => {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const marker = bytes[at + 1];
    if (marker === 0xff) { at += 1; continue; }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) { at += 2; continue; }
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && nameAt(bytes, at + 4, 6) === "Exif\0\0") return bytes.subarray(at + 4, at + 2 + length);
    at += 2 + length;
  }
  return null;
};

// The chunks of a PNG from byte 8 on, or of a WebP from byte 12 on.
const exifOfChunks = (bytes, view, isPng) => {
  for (let at = isPng ? 8 : 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(isPng ? at : at + 4, !isPng);
    const name = nameAt(bytes, isPng ? at + 4 : at, 4);
    if (name === (isPng ? "eXIf" : "EXIF")) return bytes.subarray(at + 8, at + 8 + length);
    at += isPng ? 12 + length : 8 + length + (length % 2);
  }
  return null;
};

// How a JPEG, a PNG or a WebP is to be turned, which is then no longer said in it; null for kinds that browsers turn.
const takenFrom = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return null;
  const isPng = view.getUint32(0) === 0x89504e47;
  const isJpeg = view.getUint16(0) === 0xffd8;
  if (!isJpeg && !isPng && !(nameAt(bytes, 0, 4) === "RIFF" && nameAt(bytes, 8, 4) === "WEBP")) return null;
  const exif = isJpeg ? exifOfJpeg(bytes, view) : exifOfChunks(bytes, view, isPng);
  return exif ? takenOrientation(exif) : 1;
};

const mirrored = (view) => ({ ...view, first: view.first + (view.width - 1) * view.across, across: -view.across });

// By the value of the tag; the rows of a view are turned where they lie.
const TURNED = {
  1: (view) => view,
  2: mirrored,
  3: (view) => mirrored(upsideDown(view)),
  4: upsideDown,
  5: transposed,
  6: (view) => mirrored(transposed(view)),
  7: (view) => mirrored(upsideDown(transposed(view))),
  8: (view) => upsideDown(transposed(view)),
};

// The pixels of a picture as they are seen on a white page: upright, and no colour profile applied.
const decode = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const turn = takenFrom(bytes);
  const options = { colorSpaceConversion: "none", premultiplyAlpha: "none", imageOrientation: "from-image" };
  const bitmap = await createImageBitmap(turn === null ? file : new Blob([bytes], { type: file.type }), options);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, bitmap.width, bitmap.height);
  context.drawImage(bitmap, 0, 0);
  const { width, height } = bitmap;
  bitmap.close();
  return TURNED[turn ?? 1](viewOf(context.getImageData(0, 0, width, height)));
};

// The variants to register of a file: none where there is too little to see. Rejects what the browser cannot decode.
const imageFingerprints = async (file) => registeredVariants(await decode(file));

self.onmessage = async ({ data: file }) => {
  try {
    const fingerprints = await imageFingerprints(file);
    self.postMessage({ fingerprints, value: scopeValue(fingerprints) });
  } catch (error) {
    self.postMessage({ failed: String(error) });
  }
};
