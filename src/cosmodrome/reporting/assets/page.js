/* The script of report.html: copy buttons of the tables, and the plots, which share their time. */
"use strict";
(() => {
  const plain = (text) => text.replace(/[\u202f\u00a0]/g, "").replace(/\u2212/g, "-").trim();

  // --- tables as tab-separated values ------------------------------------------------------------------------------
  const asTsv = (table) => {
    const rows = [...table.rows].map((row) => [...row.cells]);
    const pictures = new Set(rows.at(-1).flatMap((cell, k) => (cell.classList.contains("picture") ? [k] : [])));
    const heading = (cell) => [...cell.childNodes].map((node) => node.textContent).join(" ");
    return rows
      .map((cells, rank) => cells.filter((_, k) => !pictures.has(k))
        .map((cell) => plain(rank ? cell.textContent : heading(cell)).replace(/[\t\n]/g, " ")).join("\t"))
      .join("\n");
  };

  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without leave for the clipboard the older way still works on a click.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  };

  for (const table of document.querySelectorAll("table[data-copy]")) {
    const row = document.createElement("p");
    row.className = "copy-row";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy table";
    button.setAttribute("aria-label", `Copy the table “${table.caption.textContent}” as tab-separated values`);
    button.addEventListener("click", async () => {
      said.textContent = (await copied(asTsv(table))) ? "Copied." : "Could not copy: select the table instead.";
    });
    row.append(said, button);
    table.closest(".scroll").after(row);
  }

  // --- plots -------------------------------------------------------------------------------------------------------
  const block = document.getElementById("plot-data");
  if (!block) return;
  const data = JSON.parse(block.textContent);
  const root = document.documentElement;
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const font = (size) => `${size}px system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif`;

  const clock = (t) => {
    const s = Math.round(Math.abs(t));
    const two = (x) => String(x).padStart(2, "0");
    return `${t < 0 ? "\u2212" : ""}${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  };
  const grouped = (x, digits) => x.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f").replace("-", "\u2212");
  const moment = (t) => (Math.abs(t) < 3600 ? `T+${grouped(t, 1)} s` : `T+${clock(t)}`);
  const significant = (x) => {
    if (x === null || x === undefined) return "\u2013";
    const digits = x ? Math.max(0, 3 - Math.floor(Math.log10(Math.abs(x)))) : 0;
    const [whole, rest] = x.toFixed(Math.min(digits, 5)).split(".");
    return grouped(Number(whole), 0).replace(/^0$/, whole.replace("-", "\u2212")) + (rest ? `.${rest}` : "").replace(/\.?0+$/, "");
  };

  const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 100, 200, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];
  const timeTexts = (u, splits) => splits.map((t) => (u.scales.x.max < 3600 ? grouped(t, t % 1 ? 1 : 0) : clock(t).slice(0, -3)));

  for (const panel of data.panels) panel.largest = Math.max(...panel.curves.flatMap((curve) => curve.values));
  let plots = [];
  let shownView = [data.views[0].from, data.views[0].to];
  let isLinking = false;

  // A stretch of events that are told together.
  const text = ({ from, to }) => (from === to ? String(from) : `${from}\u2013${to}`);
  const middle = ({ first, last }) => (first + last) / 2;

  // Behind the curves: shaded coasts and lines at the events, whose numbers stand above where there is room.
  const drawBehind = (u) => {
    const { ctx, bbox } = u;
    const x = (t) => Math.round(u.valToPos(t, "x", true));
    const { min, max } = u.scales.x;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
    ctx.clip();
    ctx.fillStyle = colour("shade");
    for (const [from, to] of data.coasts) ctx.fillRect(x(from), bbox.top, x(to) - x(from), bbox.height);
    ctx.restore();
    ctx.save();
    ctx.strokeStyle = colour("event");
    ctx.lineWidth = devicePixelRatio * 0.7;
    ctx.setLineDash([]);
    ctx.fillStyle = colour("muted");
    ctx.font = font(10 * devicePixelRatio);
    ctx.textAlign = "center";
    const names = [];
    const width = (name) => ctx.measureText(text(name)).width + 6 * devicePixelRatio;
    for (const event of data.events) {
      if (event.t < min || event.t > max) continue;
      const at = x(event.t);
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      names.push({ first: at, last: at, from: event.number, to: event.number });
      // A number needs its room: of those too close, first and last are told.
      for (let k = names.length - 1; k > 0; k -= 1) {
        const [left, right] = [names[k - 1], names[k]];
        if (middle(right) - middle(left) > (width(left) + width(right)) / 2) break;
        names.splice(k - 1, 2, { ...left, last: right.last, to: right.to });
      }
    }
    for (const name of names) {
      const half = ctx.measureText(text(name)).width / 2;
      const centre = Math.min(Math.max(middle(name), half), u.ctx.canvas.width - half);
      ctx.fillText(text(name), centre, bbox.top - 4 * devicePixelRatio);
    }
    ctx.restore();
  };

  const drawLimits = (panel) => (u) => {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = colour("limit");
    ctx.font = font(11 * devicePixelRatio);
    ctx.textAlign = "right";
    const right = bbox.left + bbox.width - 4 * devicePixelRatio;
    for (const limit of panel.limits) {
      if (limit.value > u.scales.y.max) {
        ctx.fillText(`\u2191 ${limit.text}`, right, bbox.top + 13 * devicePixelRatio);
        continue;
      }
      const y = Math.round(u.valToPos(limit.value, "y", true));
      ctx.lineWidth = Math.round(1.5 * devicePixelRatio);
      ctx.setLineDash([7 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(limit.text, right, y + 14 * devicePixelRatio);
    }
    ctx.restore();
  };

  // A limit far above the curve is only named, not to squeeze the curve; what hardly changes, or is next to nothing,
  // should look so.
  const yRange = (panel) => (u, low, high) => {
    if (low === null) return [0, 1];
    if (panel.fromZero) high = Math.max(high, panel.largest / 20);
    for (const limit of panel.limits) if (high * 1.5 > limit.value) high = Math.max(high, limit.value);
    if (panel.fromZero) return [Math.min(0, low), (high || 1) * 1.06];
    const room = Math.max((high - low) * 0.08, 2 - (high - low) / 2);
    return [low - room, high + room];
  };

  const style = {
    main: () => ({ stroke: colour("main"), width: 2 }),
    second: () => ({ stroke: colour("second"), width: 1.5, dash: [6, 4] }),
    coast: () => ({ stroke: colour("main"), width: 1.5, dash: [2, 4] }),
  };

  const readOut = (panel, place) => (u) => {
    const row = u.cursor.idx;
    const texts = panel.curves.map((curve) => (row === null || row === undefined ? null : curve.values[row]))
      .filter((value) => value !== null).map(significant);
    place.textContent = texts.length ? `${texts.join(" / ")} ${panel.unit}` : "";
  };

  const tellMoment = (t) => {
    const event = data.events.filter((e) => Math.abs(e.t - t) < (shownView[1] - shownView[0]) / 150).at(-1);
    return moment(t) + (event ? ` \u00b7 ${event.number} ${event.name}` : "");
  };

  const link = (u, key) => {
    if (key !== "x" || isLinking) return;
    show(u.scales.x.min, u.scales.x.max);
  };

  const show = (from, to) => {
    shownView = [from, to];
    isLinking = true;
    for (const plot of plots) plot.setScale("x", { min: from, max: to });
    isLinking = false;
    for (const button of views.children) {
      const isThis = button.dataset.from === String(from) && button.dataset.to === String(to);
      button.setAttribute("aria-pressed", String(isThis));
    }
  };

  const build = (panel, width) => {
    const place = document.getElementById(`plot-${panel.id}`);
    const axis = { stroke: colour("muted"), font: font(11), grid: { stroke: colour("rule"), width: 1 }, ticks: { stroke: colour("rule"), width: 1, size: 4 } };
    const options = {
      width: width ?? Math.max(place.clientWidth, 200),
      height: 190,
      padding: [18, 10, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "time" }, drag: { x: true, y: false }, y: false, points: { size: 6 } },
      scales: { x: { time: false, min: shownView[0], max: shownView[1] }, y: { range: yRange(panel) } },
      axes: [
        { ...axis, incrs: STEPS, values: timeTexts, size: 26, gap: 3, space: 55 },
        { ...axis, size: 52, gap: 4, space: 32, values: (u, splits) => splits.map((y) => grouped(y, Number.isInteger(y) ? 0 : Math.abs(y * 10 % 1) < 1e-6 ? 1 : 2)) },
      ],
      series: [{}, ...panel.curves.map((curve) => ({ ...style[curve.style](), label: curve.name || panel.title, spanGaps: false, points: { show: false } }))],
      hooks: {
        drawClear: [drawBehind],
        draw: [drawLimits(panel)],
        setScale: [link],
        setCursor: [readOut(panel, place.closest("figure").querySelector(".now")), followCursor],
      },
    };
    return new uPlot(options, [data.t, ...panel.curves.map((curve) => curve.values)], place);
  };

  const slider = document.getElementById("moment");
  const momentText = document.getElementById("moment-text");
  const views = document.getElementById("views");

  const tell = (t) => {
    momentText.textContent = tellMoment(t);
    slider.setAttribute("aria-valuetext", tellMoment(t));
  };
  const followCursor = (u) => {
    if (u !== plots[0] || u.cursor.idx === null || u.cursor.idx === undefined || u.cursor.left < 0) return;
    const t = u.posToVal(u.cursor.left, "x");
    slider.value = String(Math.round((1000 * (t - shownView[0])) / (shownView[1] - shownView[0])));
    tell(t);
  };
  slider.addEventListener("input", () => {
    const t = shownView[0] + ((shownView[1] - shownView[0]) * Number(slider.value)) / 1000;
    for (const plot of plots) plot.setCursor({ left: plot.valToPos(t, "x"), top: 10 });
    tell(t);
  });

  for (const view of data.views) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = view.name;
    Object.assign(button.dataset, { from: view.from, to: view.to });
    button.addEventListener("click", () => show(view.from, view.to));
    views.append(button);
  }

  const rebuild = (width) => {
    for (const plot of plots) plot.destroy();
    plots = data.panels.map((panel) => build(panel, width));
    show(...shownView);
  };
  document.getElementById("plot-tools").hidden = false;
  rebuild();

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => rebuild());
  let waiting = 0;
  new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      for (const plot of plots) {
        const width = Math.max(plot.root.parentElement.clientWidth, 200);
        if (!root.dataset.paper && width !== plot.width) plot.setSize({ width, height: plot.height });
      }
    }, 100);
  }).observe(document.querySelector(".plots"));
  // On paper two plots share 186 mm, and the colours are those for light.
  addEventListener("beforeprint", () => { root.dataset.paper = "yes"; rebuild(335); });
  addEventListener("afterprint", () => { delete root.dataset.paper; rebuild(); });
})();
