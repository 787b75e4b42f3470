// node_modules/preact/dist/preact.mjs
var n;
var t;
var r;
var u;
var i;
var f;
var o;
var e;
var l;
var c;
var a;
var s;
var h = /* @__PURE__ */ Symbol.for("pv");
var p = {};
var y = [];
var v = /^m(i|n|o|s|text|space)$/;
var w = Array.isArray;
var d = y.slice;
var _ = Object.assign;
function g(n2) {
  n2 && n2.parentNode && n2.remove();
}
function m(r3, u3, i3, f4, o4) {
  var e3 = { type: r3, props: u3, key: i3, ref: f4, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: h, __v: o4 || ++t, __i: -1, __u: 0 };
  return !o4 && n.vnode && n.vnode(e3), e3;
}
function $(n2) {
  return n2.children;
}
function x(n2, t3) {
  this.props = n2, this.context = t3, this.__g = 0;
}
function S(n2, t3) {
  if (null == t3) return n2.__ && S(n2.__, n2.__i + 1);
  for (var r3; t3 < n2.__k.length; t3++) if ((r3 = n2.__k[t3]) && r3.__e) return r3.__e;
  return "function" != typeof n2.type || n2.props.__P ? null : S(n2);
}
function C(t3) {
  var r3, u3 = t3.__v, i3 = u3.__e, f4 = [], o4 = [], e3 = t3.__P;
  e3 && ((r3 = _({ constructor: h }, u3)).__v = u3.__v + 1, n.vnode && n.vnode(r3), z(e3, r3, u3, t3.__n, e3.namespaceURI, 32 & u3.__u ? [i3] : null, f4, i3 || S(u3), 32 & u3.__u, o4), r3.__v = u3.__v, r3.__.__k[r3.__i] = r3, E(f4, r3, o4), u3.__ = u3.__e = null, r3.__e != i3 && j(r3));
}
function j(n2) {
  if ((n2 = n2.__) && n2.__c && !n2.props.__P) return n2.__e = null, n2.__k.some(function(t3) {
    return t3 && (n2.__e = t3.__e);
  }), j(n2);
}
function L(t3) {
  (8 & t3.__g || (t3.__g |= 8, u.push(t3), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n2, t3 = 1; u.length; ) u.length > t3 && u.sort(o), n2 = u.shift(), t3 = u.length, 8 & n2.__g && C(n2);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n2, t3, r3, u3, i3, f4, o4, e3, l3, c3, a4) {
  var s3, h3, v3, w3, d3, _3, g3 = u3.__k || y, k2 = t3.length;
  for (l3 = q(r3, t3, g3, l3, k2), s3 = 0; s3 < k2; s3++) null != (v3 = r3.__k[s3]) && (h3 = ~v3.__i && g3[v3.__i] || p, v3.__i = s3, _3 = z(n2, v3, h3, i3, f4, o4, e3, l3, c3, a4), w3 = v3.__e, (h3.ref != v3.ref || 8 & h3.__u) && (h3.ref && G(h3.ref, null, v3, h3), v3.ref && a4.push(v3.ref, v3.__c || w3, v3)), d3 = d3 || w3, 4 & v3.__u ? (l3 = A(v3, l3, n2, !h3.__v), h3.__e && (h3.__e = null)) : "function" == typeof v3.type && void 0 !== _3 ? l3 = _3 : w3 && (l3 = w3.nextSibling), v3.__u &= -21);
  return r3.__e = d3, l3;
}
function q(n2, t3, r3, u3, i3) {
  var f4, o4, e3, l3, c3, a4, s3, p3, y3, v3 = r3.length, d3 = v3, _3 = 0, g3 = 0, k2 = n2.__k = Array(i3);
  for (f4 = 0; f4 < i3; f4++) null != (o4 = t3[f4]) && "boolean" != typeof o4 && "function" != typeof o4 ? ("object" != typeof o4 || o4.constructor === String ? o4 = k2[f4] = m(null, o4) : w(o4) ? o4 = k2[f4] = m($, { children: o4 }) : o4.constructor === h && o4.__b ? o4 = k2[f4] = m(o4.type, o4.props, o4.key, o4.ref, o4.__v) : k2[f4] = o4, l3 = f4 + _3, o4.__ = n2, o4.__b = n2.__b + 1, e3 = null, ~(c3 = o4.__i = P(o4, r3, l3, d3)) && (d3--, (e3 = r3[c3]) && (e3.__u |= 2)), e3 && e3.__v ? (o4.__u |= 16, c3 == l3 - 1 ? _3-- : c3 == l3 + 1 ? _3++ : c3 != l3 && (c3 > l3 ? _3-- : _3++, g3 = 1)) : (~c3 || (i3 > v3 ? _3-- : i3 < v3 && _3++), "function" != typeof o4.type && (o4.__u |= 4))) : k2[f4] = null;
  if (g3) {
    for (a4 = [], s3 = [], f4 = 0; f4 < i3; f4++) if ((o4 = k2[f4]) && 16 & o4.__u) {
      for (_3 = 0, p3 = a4.length; _3 < p3; ) a4[y3 = _3 + p3 >> 1] < o4.__i ? _3 = y3 + 1 : p3 = y3;
      a4[_3] = o4.__i, s3[f4] = _3 + 1;
    }
    for (_3 = a4.length; f4--; ) s3[f4] && (s3[f4] == _3 ? _3-- : k2[f4].__u |= 4);
  }
  if (d3) for (f4 = 0; f4 < v3; f4++) !(e3 = r3[f4]) || 2 & e3.__u || (e3.__e == u3 && (u3 = S(e3)), J(e3, e3));
  return u3;
}
function A(n2, t3, r3, u3) {
  var i3, f4, o4, e3;
  if ("function" == typeof n2.type) {
    if (n2.props.__P) return t3;
    if (i3 = n2.__k) for (f4 = 0; f4 < i3.length; f4++) i3[f4] && (i3[f4].__ = n2, t3 = A(i3[f4], t3, r3, false));
    return t3;
  }
  for (t3 && !t3.parentNode && (t3 = S(n2)) && !t3.parentNode && (t3 = null), o4 = n2.__e, e3 = t3; e3 && 8 == e3.nodeType; ) e3 = e3.nextSibling;
  for (o4 != e3 && (!u3 && r3.moveBefore && o4.parentNode ? r3.moveBefore(o4, t3) : r3.insertBefore(o4, t3 || null)), t3 = o4; (t3 = t3 && t3.nextSibling) && 8 == t3.nodeType && !t3.data.startsWith("$s"); ) ;
  return t3;
}
function P(n2, t3, r3, u3) {
  var i3, f4 = n2.key, o4 = n2.type, e3 = t3[r3], l3 = e3 && !(2 & e3.__u);
  if (null === e3 && null == f4 || l3 && f4 == e3.key && o4 == e3.type) return r3;
  if (u3 > (l3 ? 1 : 0)) {
    for (i3 = r3 - 1; i3 >= 0; i3--) if ((e3 = t3[i3]) && !(2 & e3.__u) && f4 == e3.key && o4 == e3.type) return i3;
    for (i3 = r3 + 1; i3 < t3.length; i3++) if ((e3 = t3[i3]) && !(2 & e3.__u) && f4 == e3.key && o4 == e3.type) return i3;
  }
  return -1;
}
function T(n2, t3, r3) {
  null == r3 && (r3 = ""), "-" == t3[0] ? n2.setProperty(t3, r3) : n2[t3] = r3;
}
function N(n2, t3, r3, u3, i3) {
  var f4, o4;
  if ("style" == t3) if ("string" == typeof r3) n2.style.cssText = r3;
  else {
    if ("string" == typeof u3 && (n2.style.cssText = u3 = ""), u3) for (t3 in u3) r3 && t3 in r3 || T(n2.style, t3);
    if (r3) for (t3 in r3) u3 && r3[t3] == u3[t3] || T(n2.style, t3, r3[t3]);
  }
  else if ("o" == t3[0] && "n" == t3[1]) "function" != typeof r3 && (r3 = null), "function" != typeof u3 && (u3 = null), (n2.__e || (n2.__e = {}))[t3] = r3, r3 && u3 || (o4 = a[t3] || (a[t3] = V(t3)), (n2.__a || (n2.__a = {}))[t3] = c, f4 = t3 != (t3 = t3.replace(l, "$1")), (t3 = t3.slice(2))[0] < "a" && (t3 = t3.toLowerCase()), r3 ? n2.addEventListener(t3, o4, f4) : n2.removeEventListener(t3, o4, f4));
  else {
    if ("http://www.w3.org/2000/svg" == i3) t3 = t3.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t3 && "height" != t3 && "href" != t3 && "list" != t3 && "form" != t3 && "tabIndex" != t3 && "download" != t3 && "rowSpan" != t3 && "colSpan" != t3 && "role" != t3 && "popover" != t3 && t3 in n2) try {
      return void (n2[t3] = null == r3 ? "" : r3);
    } catch (n3) {
    }
    if ("function" == typeof r3) return;
    null == r3 || false === r3 && "-" != t3[4] ? n2.removeAttribute(t3) : n2.setAttribute(t3, "popover" == t3 && 1 == r3 ? "" : r3);
  }
}
function V(t3) {
  return function(r3) {
    var u3 = this.__e;
    if (u3) {
      if (u3 = u3[t3], null == r3[e]) r3[e] = c++;
      else if (r3[e] < this.__a[t3]) return;
      return u3(n.event ? n.event(r3) : r3);
    }
  };
}
function z(t3, r3, u3, i3, f4, o4, e3, l3, c3, a4) {
  var s3, p3, v3, d3, k2, b2, m3, M, C3, j2, L2, H2, q2, A3, O, P3, T3, N2, V2 = r3.type;
  if (r3.constructor !== h) return null;
  128 & u3.__u && (c3 = 32 & u3.__u, s3 = u3.__c.__z) && (r3.__u |= c3, p3 = o4 = [], 8 == s3.nodeType ? l3 = B(s3, o4) : o4.push(s3), l3 = o4[0] || l3), (s3 = n.__b) && s3(r3);
  n: if ("function" == typeof V2) {
    v3 = e3.length;
    try {
      if (M = r3.props, C3 = (s3 = V2.prototype) && s3.render, j2 = (s3 = V2.contextType) && i3[s3.__c], L2 = s3 ? j2 ? j2.props.value : s3.__ : i3, (d3 = u3.__c) ? (r3.__c = d3, 2 & d3.__g && (d3.__g |= 1)) : (C3 ? r3.__c = d3 = new V2(M, L2) : (r3.__c = d3 = new x(M, L2), d3.constructor = V2, d3.render = K), j2 && j2.sub(d3), d3.state || (d3.state = {}), d3.__n = i3, d3.__g |= 8, d3.__h = [], d3.__k = []), C3 && (d3.__s || (d3.__s = d3.state), V2.getDerivedStateFromProps && (d3.__s == d3.state && (d3.__s = _({}, d3.__s)), _(d3.__s, V2.getDerivedStateFromProps(M, d3.__s)))), k2 = d3.props, b2 = d3.state, d3.__v = r3, u3.__c) {
        if (M !== k2 && C3 && !V2.getDerivedStateFromProps && d3.componentWillReceiveProps && d3.componentWillReceiveProps(M, L2), r3.__v == u3.__v && !(8 & d3.__g) || !(4 & d3.__g) && d3.shouldComponentUpdate && false === d3.shouldComponentUpdate(M, d3.__s, L2)) {
          r3.__v != u3.__v && (d3.props = M, d3.state = d3.__s, d3.__g &= -9), r3.__e = u3.__e, r3.__k = u3.__k, r3.__k.some(function(n2) {
            n2 && (n2.__ = r3);
          }), y.push.apply(d3.__h, d3.__k), d3.__k = [], d3.__h.length && e3.push(d3), l3 = S(u3);
          break n;
        }
        d3.componentWillUpdate && d3.componentWillUpdate(M, d3.__s, L2), C3 && d3.componentDidUpdate && d3.__h.push(function() {
          d3.componentDidUpdate(k2, b2, m3);
        });
      } else C3 && !V2.getDerivedStateFromProps && d3.componentWillMount && d3.componentWillMount(), C3 && d3.componentDidMount && d3.__h.push(d3.componentDidMount);
      d3.context = L2, d3.props = M, d3.__P = t3, d3.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d3.__g &= -9, H2 && H2(r3), s3 = d3.render(d3.props, d3.state = d3.__s, d3.context);
      } while (8 & d3.__g && ++q2 < 25);
      C3 && (y.push.apply(d3.__h, d3.__k), d3.__k = []), d3.state = d3.__s, d3.getChildContext && (i3 = _({}, i3, d3.getChildContext())), C3 && u3.__c && d3.getSnapshotBeforeUpdate && (m3 = d3.getSnapshotBeforeUpdate(k2, b2)), A3 = s3 && s3.type === $ && null == s3.key ? s3.props.children : s3, M.__P && (s3 = l3, f4 = (t3 = M.__P).namespaceURI, c3 = o4 = null, u3.props && u3.props.__P != t3 && (u3.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u3.__k = null), l3 = u3.__k ? S(u3, 0) : null), l3 = I(t3, w(A3) ? A3 : [A3], r3, u3, i3, f4, o4, e3, l3, c3, a4), M.__P && (r3.__e = null, l3 = s3), r3.__u &= -161, p3 && p3.some(g), d3.__h.length && e3.push(d3), 1 & d3.__g && (d3.__g &= -4);
    } catch (t4) {
      if (e3.length = v3, r3.__v = null, c3 || o4) if (t4 && t4.then) {
        if (r3.__u |= 128 | c3, o4) {
          for (~(T3 = o4.indexOf(l3 || void 0)) || (T3 = o4.length); (N2 = o4[T3 - 1]) && 8 == N2.nodeType; ) T3--;
          for (; T3 < o4.length; T3++) if (N2 = o4[T3]) if (o4[T3] = null, O) {
            if (N2 == P3) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P3 = B(O = N2));
          }
        }
        if (!O) {
          for (; l3 && 8 == l3.nodeType && l3.nextSibling; ) l3 = l3.nextSibling;
          O = l3;
        }
        (s3 = B(O = r3.__c.__z || (r3.__c.__z = O))) ? (r3.__e = O, l3 = s3) : r3.__e = l3, l3 = l3 && l3.nextSibling;
      } else o4 && o4.some(g);
      else r3.__e = u3.__e;
      r3.__k || (r3.__k = u3.__k || []), t4 && t4.then || D(r3), n.__e(t4, r3, u3);
    }
  } else l3 = r3.__e = F(u3.__e, r3, u3, i3, f4, o4, e3, c3, a4, t3);
  return (s3 = n.diffed) && s3(r3), l3;
}
function B(n2, t3) {
  if (n2 && 8 == n2.nodeType && n2.data.startsWith("$s")) for (var r3 = 1; n2 = n2.nextSibling; ) {
    if (8 == n2.nodeType) {
      if (n2.data.startsWith("$s")) r3++;
      else if (n2.data.startsWith("/$s") && !--r3) return n2;
    }
    t3 && t3.push(n2);
  }
}
function D(n2) {
  n2 && (n2.__c && (n2.__c.__g |= 4), n2.__k && n2.__k.some(D));
}
function E(t3, r3, u3) {
  for (var i3 = 0; i3 < u3.length; ) G(u3[i3++], u3[i3++], u3[i3++]);
  n.__c && n.__c(r3, t3), t3.some(function(r4) {
    try {
      t3 = r4.__h, r4.__h = [], t3.some(function(n2) {
        n2.call(r4);
      });
    } catch (t4) {
      n.__e(t4, r4.__v);
    }
  });
}
function F(t3, r3, u3, i3, f4, o4, e3, l3, c3, a4) {
  var s3, h3, y3, _3, k2, b2, m3, M, $2 = u3.props || p, x2 = r3.props, C3 = r3.type;
  if ("svg" == C3 ? f4 = "http://www.w3.org/2000/svg" : "math" == C3 ? f4 = "http://www.w3.org/1998/Math/MathML" : f4 || (f4 = "http://www.w3.org/1999/xhtml"), o4) {
    for (s3 = 0; s3 < o4.length; s3++) if ((k2 = o4[s3]) && (C3 ? k2.localName == C3 : 3 == k2.nodeType)) {
      t3 = k2, o4[s3] = null;
      break;
    }
  }
  if (!t3) {
    if (M = a4.ownerDocument || document, !C3) return M.createTextNode(x2);
    t3 = M.createElementNS(f4, C3, x2.is ? x2 : a4), l3 && (n.__m && n.__m(r3, o4), l3 = false), o4 = null;
  }
  if (C3) {
    if (a4 = "template" == C3 && t3.content || t3, o4 = "textarea" == C3 && null != x2.defaultValue ? null : o4 && d.call(a4.childNodes), !l3 && o4) for ($2 = {}, s3 = 0; s3 < t3.attributes.length; s3++) $2[(k2 = t3.attributes[s3]).name] = k2.value;
    for (s3 in $2) k2 = $2[s3], "dangerouslySetInnerHTML" == s3 ? y3 = k2 : "children" == s3 || s3 in x2 || "value" == s3 && "defaultValue" in x2 || "checked" == s3 && "defaultChecked" in x2 || N(t3, s3, null, k2, f4);
    for (s3 in x2) k2 = x2[s3], "children" == s3 ? _3 = k2 : "dangerouslySetInnerHTML" == s3 ? h3 = k2 : "value" == s3 ? b2 = k2 : "checked" == s3 ? m3 = k2 : l3 && "function" != typeof k2 || $2[s3] === k2 || N(t3, s3, k2, $2[s3], f4);
    h3 ? (l3 || y3 && (h3.__html == y3.__html || h3.__html == t3.innerHTML) || (t3.innerHTML = h3.__html), r3.__k = []) : (y3 && (t3.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f4 && v.test(C3)) && (f4 = "http://www.w3.org/1999/xhtml"), I(a4, w(_3) ? _3 : [_3], r3, u3, i3, f4, o4, e3, o4 ? o4[0] : u3.__k && S(u3, 0), l3, c3), o4 && o4.some(g)), l3 && "textarea" != C3 || (s3 = "value", "progress" == C3 && null == b2 ? t3.removeAttribute(s3) : null == b2 || b2 === t3[s3] && ("progress" != C3 || b2) || N(t3, s3, b2, $2[s3], f4), s3 = "checked", null != m3 && m3 != t3[s3] && N(t3, s3, m3, $2[s3], f4));
  } else $2 === x2 || l3 && t3.data == x2 || (t3.data = x2);
  return t3;
}
function G(t3, r3, u3, i3) {
  try {
    "function" == typeof t3 ? r3 ? r3.__x = t3(r3) || 1 : i3 && (i3 = i3.__c || i3.__e) && (r3 = i3.__x) && (i3.__x = null, "function" == typeof r3 ? r3() : t3(null)) : t3.current = r3;
  } catch (t4) {
    n.__e(t4, u3);
  }
}
function J(t3, r3, u3) {
  var i3, f4, o4, e3;
  if (n.unmount && n.unmount(t3), !(i3 = t3.ref) || i3.current && i3.current != t3.__e || G(i3, null, r3, t3), i3 = t3.__c) {
    if (i3.componentWillUnmount) try {
      i3.componentWillUnmount();
    } catch (t4) {
      n.__e(t4, r3);
    }
    i3.__P = i3.__n = null;
  }
  if (i3 = t3.__k) for (e3 = 0; e3 < i3.length; e3++) i3[e3] && J(i3[e3], r3, "function" != typeof t3.type || u3 && !t3.props.__P);
  !u3 && (i3 = t3.__c) && (i3 = i3.__z) && (f4 = B(i3, o4 = [])) && (i3 == t3.__e && o4.some(g), g(f4), g(i3)), u3 || g(t3.__e), t3.__e = t3.__c = t3.__ = null;
}
function K(n2, t3, r3) {
  return this.constructor(n2, r3);
}
function Q(t3, r3) {
  var u3, i3, f4, o4;
  n.__ && n.__(t3, r3), 9 == r3.nodeType && (r3 = r3.documentElement), i3 = (u3 = t3 && 32 & t3.__u) ? null : r3.__k, r3.__k = m($, { children: [t3] }), f4 = [], o4 = [], z(r3, r3.__k, i3 || p, p, r3.namespaceURI, i3 ? null : r3.firstChild ? d.call(r3.childNodes) : null, f4, i3 ? i3.__e : r3.firstChild, u3, o4), E(f4, r3.__k, o4), r3.__k.props.children = null;
}
n = { __e: function(n2, t3, r3, u3) {
  for (var i3, o4, e3; t3 = t3.__; ) if ((i3 = t3.__c) && !(1 & i3.__g)) {
    i3.__g |= 4;
    try {
      if ((e3 = (o4 = i3.constructor) && o4.getDerivedStateFromError) && i3.setState(o4.getDerivedStateFromError(n2)), i3.componentDidCatch && (i3.componentDidCatch(n2, u3 || {}), e3 = 1), e3 && 8 & i3.__g) return void (i3.__g |= 2);
    } catch (t4) {
      n2 = t4;
    }
  }
  throw f = 0, n2;
} }, t = 0, r = function(n2) {
  return null != n2 && n2.constructor === h;
}, x.prototype.setState = function(n2, t3) {
  var r3 = this.__s;
  r3 && r3 != this.state || (r3 = this.__s = _({}, this.state)), "function" == typeof n2 && (n2 = n2(_({}, r3), this.props)), n2 && (_(r3, n2), this.__v && (t3 && this.__k.push(t3), L(this)));
}, x.prototype.forceUpdate = function(n2) {
  this.__v && (this.__g |= 4, n2 && this.__h.push(n2), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n2, t3) {
  return n2.__v.__b - t3.__v.__b;
}, e = /* @__PURE__ */ Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

// node_modules/preact/hooks/dist/hooks.mjs
var t2;
var r2;
var u2;
var i2;
var o2 = Object.is;
var f2 = 0;
var c2 = [];
var e2 = [];
var a2 = n;
var v2 = a2.__b;
var l2 = a2.__r;
var m2 = a2.diffed;
var h2 = a2.__c;
var s2 = a2.unmount;
var p2 = a2.__;
function y2(n2, t3) {
  a2.__h && a2.__h(r2, n2, f2 || t3), f2 = 0;
  var u3 = r2.__H || (r2.__H = { __: [], __h: [] });
  return n2 >= u3.__.length && u3.__.push({}), u3.__[n2];
}
function d2(n2) {
  return f2 = 1, _2(G2, n2);
}
function _2(n2, u3, i3) {
  var f4 = y2(t2++, 2);
  if (f4.t = n2, !f4.__c && (f4.__ = [i3 ? i3(u3) : G2(void 0, u3), function(n3) {
    var t3 = (f4.__N || f4.__)[0], r3 = f4.t(t3, n3);
    o2(t3, r3) || (f4.__N = [r3, f4.__[1]], f4.__c.setState({}));
  }], f4.__c = r2, !r2.__f)) {
    r2.__f = true;
    var c3 = r2.shouldComponentUpdate;
    r2.shouldComponentUpdate = function(n3, t3, r3) {
      var u4 = this.__H;
      if (!u4) return true;
      var i4 = false, f5 = this.props != n3;
      if (u4.__.some(function(n4) {
        n4.__N && (i4 = true, o2(n4.__[0], n4.__N[0]) || (f5 = true));
      }), c3) {
        var e3 = c3.call(this, n3, t3, r3);
        return i4 ? e3 || f5 : e3;
      }
      return !i4 || f5;
    };
  }
  return f4.__;
}
function A2(n2, u3) {
  var i3 = y2(t2++, 3);
  !a2.__s && E2(i3.__H, u3) && (i3.__P = true, i3.__ = n2, i3.u = u3, r2.__H.__h.push(i3));
}
function T2(n2) {
  return f2 = 5, w2(function() {
    return { current: n2 };
  }, []);
}
function w2(n2, r3) {
  var u3 = y2(t2++, 7);
  return E2(u3.__H, r3) && (u3.__ = n2(), u3.__H = r3), u3.__;
}
function b(n2, t3) {
  return f2 = 8, w2(function() {
    return n2;
  }, t3);
}
function P2() {
  var n2 = y2(t2++, 11);
  if (!n2.__) {
    for (var u3 = r2.__v; !u3.__m && u3.__; ) u3 = u3.__;
    var i3 = u3.__m || (u3.__m = [0, 0]);
    n2.__ = "P" + i3[0] + "-" + i3[1]++;
  }
  return n2.__;
}
function g2() {
  var n2;
  do {
    for (; n2 = e2.shift(); ) try {
      C2(n2);
    } catch (t4) {
      a2.__e(t4, { __: (n2 = n2.__P) && n2.__v });
    }
    for (; n2 = c2.shift(); ) {
      var t3 = n2.__H;
      if (n2.__P && t3) try {
        t3.__h.some(C2), t3.__h.some(D2), t3.__h = [];
      } catch (r3) {
        t3.__h = [], a2.__e(r3, n2.__v);
      }
    }
  } while (e2.length);
}
a2.__b = function(n2) {
  r2 = null, v2 && v2(n2);
}, a2.__ = function(n2, t3) {
  n2 && t3.__k && t3.__k.__m && (n2.__m = t3.__k.__m), p2 && p2(n2, t3);
}, a2.__r = function(n2) {
  l2 && l2(n2), t2 = 0;
  var i3 = (r2 = n2.__c).__H;
  i3 && (u2 == r2 ? r2.__h = [] : (i3.__h.some(C2), i3.__h.some(D2), t2 = 0), i3.__h = [], i3.__.some(function(n3) {
    n3.__N && (n3.__ = n3.__N), n3.u = n3.__N = void 0;
  })), u2 = r2;
}, a2.diffed = function(n2) {
  m2 && m2(n2);
  var t3 = n2.__c;
  t3 && t3.__H && (t3.__H.__h.length && B2(c2.push(t3)), t3.__H.__.some(function(n3) {
    n3.u && (n3.__H = n3.u);
  })), u2 = r2 = null;
}, a2.__c = function(n2, t3) {
  t3.some(function(n3) {
    try {
      n3.__h.some(C2), n3.__h = n3.__h.filter(function(n4) {
        return !n4.__ || D2(n4);
      });
    } catch (t4) {
      n3.__h = [function() {
        throw t4;
      }];
    }
  }), h2 && h2(n2, t3);
}, a2.unmount = function(n2) {
  s2 && s2(n2);
  var t3, r3, u3 = n2.__c;
  u3 && u3.__H && (u3.__H.__.some(function(u4) {
    try {
      if (u4.__P && u4.__c) {
        if (void 0 === r3) {
          for (r3 = n2.__; r3 && (!r3.__c || !r3.__c.__P); ) r3 = r3.__;
          r3 = r3 && r3.__c;
        }
        u4.__P = r3, B2(e2.push(u4));
      } else C2(u4);
    } catch (n3) {
      t3 = n3;
    }
  }), u3.__H = void 0, t3 && a2.__e(t3, u3.__v));
};
var k = "function" == typeof requestAnimationFrame;
function z2(n2) {
  var t3, r3 = function() {
    clearTimeout(u3), k && cancelAnimationFrame(t3), setTimeout(n2);
  }, u3 = setTimeout(r3, 35);
  k && (t3 = requestAnimationFrame(r3));
}
function B2(n2) {
  1 != n2 && i2 == a2.requestAnimationFrame || ((i2 = a2.requestAnimationFrame) || z2)(g2);
}
function C2(n2) {
  var t3 = r2, u3 = n2.__c;
  "function" == typeof u3 && (n2.__c = void 0, u3()), r2 = t3;
}
function D2(n2) {
  var t3 = r2;
  n2.__c = n2.__(), r2 = t3;
}
function E2(n2, t3) {
  return !n2 || n2.length != t3.length || t3.some(function(t4, r3) {
    return !o2(t4, n2[r3]);
  });
}
function G2(n2, t3) {
  return "function" == typeof t3 ? t3(n2) : t3;
}

// src/sign_in.ts
var SignInError = class extends Error {
};
var credentials;
var token;
async function localCredentials() {
  const answer = await fetch("/console/credentials", { credentials: "omit" });
  if (!answer.ok) {
    return void 0;
  }
  const { client_id, client_secret } = await answer.json();
  return { clientId: client_id, clientSecret: client_secret };
}
async function signIn(chosen) {
  credentials = chosen;
  token = void 0;
  await accessToken();
}
function signedInAs() {
  return credentials?.clientId;
}
function secretChanged(clientId, clientSecret) {
  if (credentials?.clientId === clientId) {
    credentials = { clientId, clientSecret };
  }
}
function forgetToken() {
  token = void 0;
}
async function accessToken() {
  if (token && Date.now() < token.expires) {
    return token.value;
  }
  if (!credentials) {
    throw new SignInError("Sign in to continue.");
  }
  const answer = await fetch("/oauth/token", {
    method: "POST",
    // Without this, the browser answers a 401 with a password dialog of its own.
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret
    })
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new SignInError(body.error_description ?? `No token: status ${answer.status}.`);
  }
  token = { value: body.access_token, expires: Date.now() + (body.expires_in - 30) * 1e3 };
  return token.value;
}
function audience() {
  const payload = token?.value.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
  const claims = payload ? JSON.parse(atob(payload)) : {};
  return typeof claims.aud === "string" ? claims.aud : void 0;
}

// src/request.ts
var MEDIA_TYPE = "application/vnd.api+json";
var ApiError = class extends Error {
  constructor(problems, status = 0) {
    super(problems.map((problem) => problem.detail).join(" "));
    this.problems = problems;
    this.status = status;
  }
  problems;
  status;
};
var unanswered = /* @__PURE__ */ new Map();
async function once(path2, what, body, ifMatch) {
  const intent = JSON.stringify(what);
  let request = unanswered.get(path2);
  if (request?.intent !== intent) {
    request = { intent, key: newKey(), body: body() };
    unanswered.set(path2, request);
  }
  try {
    const options = { body: request.body, key: request.key, ...ifMatch && { ifMatch } };
    const answer = await call("POST", path2, options);
    unanswered.delete(path2);
    return answer;
  } catch (error) {
    if (error instanceof SignInError) {
      throw error;
    }
    if (!(error instanceof ApiError)) {
      throw new ApiError([LOST]);
    }
    if (error.status < 500 && !BEFORE_THE_KEY.includes(error.status)) {
      unanswered.delete(path2);
    }
    throw error;
  }
}
var BEFORE_THE_KEY = [401, 403, 429];
var LOST = {
  title: "No answer",
  detail: "The service did not answer, but it may have received the request. Try again: the console repeats the same request, and nothing is done twice."
};
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
async function call(method, path2, options = {}) {
  let answer = await send(method, path2, options);
  if (answer.status === 401) {
    forgetToken();
    answer = await send(method, path2, options);
  }
  const etag = answer.headers.get("ETag") ?? "";
  if (answer.ok) {
    return { content: answer.status === 204 ? void 0 : await answer.json(), etag };
  }
  const { errors } = await answer.json().catch(() => ({}));
  const unknown = { title: "Error", detail: `The answer has the status ${answer.status}.` };
  throw new ApiError(errors ?? [unknown], answer.status);
}
async function send(method, path2, options) {
  const { body, ifMatch, key, signal } = options;
  const token2 = await accessToken();
  const headers = {
    Accept: MEDIA_TYPE,
    Authorization: `Bearer ${token2}`,
    ...body && { "Content-Type": MEDIA_TYPE },
    ...ifMatch && { "If-Match": ifMatch },
    ...key && { "Idempotency-Key": key }
  };
  const url = new URL(path2, location.origin);
  if (url.origin !== location.origin) {
    throw new ApiError([{ title: "Foreign link", detail: "The link leaves this origin." }]);
  }
  const content = body ? JSON.stringify(body) : null;
  return fetch(url, { method, headers, body: content, credentials: "omit", signal: signal ?? null });
}

// src/api.ts
var TYPE = "auth/app-clients";
var SECRET_TYPE = "auth/app-client-secrets";
var ROLE_TYPE = "auth/roles";
var CLIENTS = "/auth/app-clients";
var ROLES = "/auth/roles";
var PAGE_SIZE = 20;
function firstPage({ sort, ...filters }) {
  const chosen = Object.entries(filters).filter(([, value]) => value.trim());
  const parameters = chosen.map(([field, value]) => [`filter[${field}]`, value]);
  const all = [["page[size]", String(PAGE_SIZE)], ["sort", sort], ...parameters];
  const query = all.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${CLIENTS}?${query.join("&")}`;
}
async function page(link, signal) {
  return (await call("GET", link, { signal })).content;
}
function roleIds({ relationships }) {
  return [relationships["auth/roles"].data ?? []].flat().map(({ id }) => id);
}
async function client(id) {
  return current(await call("GET", path(id)));
}
async function create(change) {
  const fixed = { type: "machine_to_machine", userType: "builder" };
  const attributes = { ...fixed, ...change.attributes };
  const body = document2({ roles: [], ...change, attributes });
  return current(await once(CLIENTS, body, () => body));
}
async function update({ id, etag }, change) {
  return current(await call("PATCH", path(id), { ifMatch: etag, body: document2(change, id) }));
}
async function remove({ id, etag }) {
  await call("DELETE", path(id), { ifMatch: etag });
}
async function rotateSecret(client2, overlapSeconds) {
  const { id, etag } = client2;
  const attributes = { overlapSeconds };
  const body = () => overlapSeconds > 0 ? document2({ attributes }, id) : void 0;
  return current(await once(`${path(id)}/rotate-secret`, attributes, body, etag));
}
async function secrets(id) {
  return (await call("GET", secretsPath(id))).content.data;
}
async function addSecret({ id, etag }, days) {
  const { content } = await once(secretsPath(id), { days }, () => secretDocument(days), etag);
  return { secret: content.data, replaced: Boolean(content.meta?.replaced) };
}
async function changeEnd({ id, etag }, secret, days) {
  const body = secretDocument(days, secret);
  await call("PATCH", secretsPath(id, secret), { ifMatch: etag, body });
}
async function removeSecret({ id, etag }, secret) {
  await call("DELETE", secretsPath(id, secret), { ifMatch: etag });
}
async function roles() {
  const all = [];
  let next = ROLES;
  while (next) {
    const { data, links } = (await call("GET", next)).content;
    all.push(...data);
    next = links.next;
  }
  return all;
}
async function role(id) {
  return current(await call("GET", rolePath(id)));
}
async function createRole(attributes) {
  return current(await call("POST", ROLES, { body: { data: { type: ROLE_TYPE, attributes } } }));
}
async function updateRole({ id, etag }, attributes) {
  const body = { data: { type: ROLE_TYPE, id, attributes } };
  const answer = await call("PATCH", rolePath(id), { ifMatch: etag, body });
  return current(answer);
}
async function removeRole({ id, etag }) {
  await call("DELETE", rolePath(id), { ifMatch: etag });
}
function document2(change, id) {
  const { attributes, roles: roles2 } = change;
  const all = roles2?.map((id2) => ({ type: ROLE_TYPE, id: id2 }));
  const relationships = all && { [ROLE_TYPE]: { data: all.length === 1 ? all[0] : all } };
  return { data: { type: TYPE, id, attributes, relationships } };
}
function secretDocument(days, id) {
  const now = Math.floor(Date.now() / 1e3);
  const expiresAt = days === null ? null : now + days * 86400;
  return { data: { type: SECRET_TYPE, id, attributes: { expiresAt } } };
}
function path(id) {
  return `${CLIENTS}/${encodeURIComponent(id)}`;
}
function rolePath(id) {
  return `${ROLES}/${encodeURIComponent(id)}`;
}
function secretsPath(id, secret) {
  return `${path(id)}/secrets${secret ? `/${encodeURIComponent(secret)}` : ""}`;
}
function current({ content, etag }) {
  return { ...content.data, etag };
}

// src/json_place.ts
var TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
function placeOf(json, path2) {
  const tokens = [...json.matchAll(TOKEN)].map(({ 0: text, index }) => ({ text, index }));
  let next = 0;
  let closest = { start: 0, end: json.length, left: path2.length };
  const take = () => tokens[next++] ?? { text: "", index: json.length };
  const follows = (text) => next >= tokens.length || text.includes(tokens[next].text);
  const read = (left) => {
    const open = take();
    if (open.text === "{" || open.text === "[") {
      for (let index = 0; !follows("}]"); index += 1) {
        const name = open.text === "[" ? String(index) : escaped(JSON.parse(take().text));
        if (open.text === "{") {
          take();
        }
        const isNext = left && name === path2[path2.length - left];
        read(isNext ? left - 1 : void 0);
        if (follows(",")) {
          take();
        }
      }
      take();
    }
    const last = tokens[next - 1] ?? open;
    if (left !== void 0 && left <= closest.left) {
      closest = { start: open.index, end: last.index + last.text.length, left };
    }
  };
  read(path2.length);
  const { start, end } = closest;
  return { start, end, line: json.slice(0, start).split("\n").length };
}
function escaped(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

// node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
var f3 = /* @__PURE__ */ Symbol.for("pv");
var o3 = 0;
function a3(t3, e3, n2, u3, a4, i3) {
  e3 || (e3 = {});
  var c3, l3, p3 = e3;
  if ("ref" in p3 && "function" != typeof t3) for (l3 in p3 = {}, e3) "ref" == l3 ? c3 = e3[l3] : p3[l3] = e3[l3];
  var s3 = { type: t3, props: p3, key: n2, ref: c3, __k: null, __: null, __b: 0, __e: null, __c: null, constructor: f3, __v: --o3, __i: -1, __u: 0 };
  return (a4 || i3) && (s3.__source = a4, s3.__self = i3), n.vnode && n.vnode(s3), s3;
}

// src/parts.tsx
function Heading({ children, title }) {
  const heading = T2(null);
  A2(() => {
    document.title = `${title} - Latchkey console`;
  }, [title]);
  A2(() => heading.current?.focus(), []);
  return /* @__PURE__ */ a3("h1", { ref: heading, tabIndex: -1, children });
}
function Name({ children }) {
  return /* @__PURE__ */ a3("bdi", { class: "name", children });
}
function CopyButton({ what, of, text, announce }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce(`Copied the ${what}${of ? ` of ${of}` : ""}.`);
    } catch {
      announce(`The browser did not copy the ${what}. Select the text and copy it.`);
    }
  };
  return /* @__PURE__ */ a3("button", { type: "button", class: "small", onClick: copy, children: [
    "Copy ",
    what,
    of && /* @__PURE__ */ a3("span", { class: "hidden", children: [
      " of ",
      of
    ] })
  ] });
}
function Problems({ problems, id, onReload }) {
  if (problems.length === 0) {
    return null;
  }
  const isOutdated = problems.some(({ code = "" }) => OUTDATED.includes(code));
  return /* @__PURE__ */ a3("div", { class: "problems", role: "alert", id, children: onReload && isOutdated ? /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("p", { children: "This page is out of date. Your change was not made." }),
    /* @__PURE__ */ a3("button", { type: "button", onClick: onReload, children: "Load its current state" })
  ] }) : problems.map((problem) => /* @__PURE__ */ a3("p", { children: [
    problem.detail,
    problem.status && /* @__PURE__ */ a3("small", { children: [
      " ",
      problem.title,
      ", ",
      problem.status
    ] })
  ] })) });
}
var OUTDATED = ["precondition_failed", "secrets_changed", "grants_changed"];
function Confirm(props) {
  const { title, action, kind = "danger", children, onConfirm, onClose, onReload } = props;
  const dialog = T2(null);
  const heading = P2();
  const [busy, setBusy] = d2(false);
  const [problems, setProblems] = d2([]);
  A2(() => {
    dialog.current?.showModal();
  }, []);
  const close = () => dialog.current?.close();
  const confirm = async (event) => {
    event.preventDefault();
    setBusy(true);
    const problems2 = await onConfirm();
    setBusy(false);
    if (problems2) {
      setProblems(problems2);
    } else {
      close();
    }
  };
  const reload = () => {
    close();
    onReload();
  };
  return /* @__PURE__ */ a3("dialog", { ref: dialog, "aria-labelledby": heading, onClose, children: /* @__PURE__ */ a3("form", { noValidate: true, onSubmit: confirm, children: [
    /* @__PURE__ */ a3("h2", { id: heading, tabIndex: -1, children: title }),
    children,
    /* @__PURE__ */ a3(Problems, { problems, onReload: reload, id: "problem-dialog" }),
    /* @__PURE__ */ a3("div", { class: "buttons", children: [
      /* @__PURE__ */ a3("button", { type: "button", onClick: close, children: "Cancel" }),
      /* @__PURE__ */ a3("button", { type: "submit", class: kind, disabled: busy, children: action })
    ] })
  ] }) });
}
function Choice({ name, checked, onChoose, children }) {
  return /* @__PURE__ */ a3("label", { class: "choice", children: [
    /* @__PURE__ */ a3("input", { type: "radio", name, checked, onChange: onChoose }),
    children
  ] });
}
function Time({ seconds }) {
  const date = new Date(seconds * 1e3);
  const text = date.toLocaleString(void 0, { dateStyle: "medium", timeStyle: "short" });
  return /* @__PURE__ */ a3("time", { dateTime: date.toISOString(), children: text });
}
function Day({ seconds }) {
  const date = new Date(seconds * 1e3);
  const text = date.toLocaleDateString(void 0, { dateStyle: "medium", timeZone: "UTC" });
  return /* @__PURE__ */ a3("time", { dateTime: date.toISOString().slice(0, 10), children: [
    text,
    " (UTC)"
  ] });
}
function keepFocus() {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) {
      document.querySelector("h1")?.focus();
    }
  });
}

// src/roles_input.tsx
function RolesInput({ session, id, value, onChange, ...properties }) {
  const choices = T2(null);
  const chosen = value.split(" ");
  const add = () => {
    onChange(`${value} `);
    requestAnimationFrame(() => {
      const all = choices.current?.querySelectorAll("select") ?? [];
      all[all.length - 1]?.focus();
    });
  };
  const choice = (roleId, index) => {
    const role2 = session.roles.find((role3) => role3.id === roleId);
    const own = index === 0 ? id : `${id}-${index + 1}`;
    const hint = role2?.attributes.description && `${own}-hint`;
    const described = [hint, properties["aria-describedby"]].filter(Boolean).join(" ");
    const choose = (roleId2) => onChange(chosen.map((other, at) => at === index ? roleId2 : other).join(" "));
    return /* @__PURE__ */ a3("div", { class: "role", children: [
      index > 0 && /* @__PURE__ */ a3("label", { class: "hidden", for: own, children: [
        "Role ",
        index + 1
      ] }),
      /* @__PURE__ */ a3(
        "select",
        {
          ...properties,
          id: own,
          value: roleId,
          "aria-describedby": described || void 0,
          onChange: (event) => choose(event.currentTarget.value),
          children: [
            /* @__PURE__ */ a3("option", { value: "", children: "No role" }),
            session.roles.map(({ id: id2, attributes }) => /* @__PURE__ */ a3("option", { value: id2, children: attributes.name })),
            roleId && !role2 && /* @__PURE__ */ a3("option", { value: roleId, children: roleId })
          ]
        }
      ),
      hint && /* @__PURE__ */ a3("p", { class: "hint", id: hint, children: role2?.attributes.description })
    ] }, index);
  };
  return /* @__PURE__ */ a3("div", { ref: choices, children: [
    chosen.map(choice),
    /* @__PURE__ */ a3("button", { type: "button", class: "small", onClick: add, children: "Add a role" })
  ] });
}
function idsOf(value = "") {
  return value.split(" ").filter((id) => id);
}

// src/session.ts
async function problemsOf(session, request) {
  try {
    await request();
    return void 0;
  } catch (error) {
    if (error instanceof SignInError) {
      session.signedOut(error);
      return void 0;
    }
    if (error instanceof ApiError) {
      return error.problems;
    }
    return [{ title: "No answer", detail: "The service does not answer. Is it running?" }];
  }
}

// src/form.tsx
function Form(props) {
  const { session, rows, initial, first = {}, action, onInput, onSubmit, onReload } = props;
  const [edits, setEdits] = d2(() => editsOf(first, initial));
  const [problems, setProblems] = d2([]);
  const [busy, setBusy] = d2(false);
  const form = T2(null);
  const values = valuesOf(initial, edits);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblems([]);
    const problems2 = await problemsOf(session, async () => {
      await onSubmit(changedOf(rows, initial, values));
      setEdits((edits2) => unsent(edits2, values));
    });
    setBusy(false);
    const shown = (problems2 ?? []).map((problem) => placed(problem, rows, values));
    setProblems(shown);
    const wrong = shown.find(({ field }) => field);
    const input2 = form.current?.querySelector(`#field-${wrong?.field?.name}`);
    if (input2 instanceof HTMLTextAreaElement && wrong?.place) {
      input2.setSelectionRange(wrong.place.start, wrong.place.end);
    }
    input2?.focus();
  };
  const reload = async () => {
    if (await onReload?.()) {
      setProblems([]);
      form.current?.querySelector("[type=submit]")?.focus();
    }
  };
  const input = ({ name, label: label2, kind, hint: about }) => {
    const own = problems.filter(({ field }) => field?.name === name);
    const [hintId, problemId] = [`hint-${name}`, `problem-${name}`];
    const saved = edits[name]?.saved ?? initial[name] ?? "";
    const now = kind === "roles" ? session.roleNames(idsOf(initial[name])) : initial[name];
    const hint = saved === initial[name] ? about : `Changed meanwhile. Now: ${now || "empty"}`;
    const described = [hint && hintId, own.length > 0 && problemId].filter(Boolean).join(" ");
    const change = (text) => {
      const changed = { ...edits, [name]: { text, saved } };
      setEdits(changed);
      onInput?.(valuesOf(initial, changed));
    };
    const properties = {
      id: `field-${name}`,
      value: values[name] ?? "",
      "aria-describedby": described || void 0,
      "aria-invalid": own.length > 0
    };
    const typed = {
      ...properties,
      onInput: (event) => change(event.currentTarget.value)
    };
    return /* @__PURE__ */ a3("div", { class: "field", children: [
      /* @__PURE__ */ a3("label", { for: properties.id, children: label2 }),
      kind === "roles" ? /* @__PURE__ */ a3(RolesInput, { ...properties, session, onChange: change }) : kind === "lines" ? /* @__PURE__ */ a3("textarea", { ...typed, rows: 2 }) : kind === "policy" ? /* @__PURE__ */ a3("textarea", { ...typed, rows: 10, class: "code", spellcheck: false }) : /* @__PURE__ */ a3(
        "input",
        {
          ...typed,
          type: "text",
          autocomplete: "off",
          inputMode: kind === "text" ? "text" : "numeric"
        }
      ),
      hint && /* @__PURE__ */ a3("p", { class: "hint", id: hintId, children: hint }),
      /* @__PURE__ */ a3(Problems, { problems: own, id: problemId })
    ] }, name);
  };
  const elsewhere = problems.filter(({ field }) => !field);
  return /* @__PURE__ */ a3("form", { noValidate: true, onSubmit: submit, ref: form, children: [
    rows.map(
      (row) => row.length > 1 ? /* @__PURE__ */ a3("div", { class: "pair", children: row.map(input) }) : row.map(input)
    ),
    /* @__PURE__ */ a3(Problems, { problems: elsewhere, ...onReload && { onReload: reload } }),
    /* @__PURE__ */ a3("div", { class: "buttons", children: /* @__PURE__ */ a3("button", { type: "submit", class: "primary", disabled: busy, children: action }) })
  ] });
}
function placed(problem, rows, values) {
  const [, , kind, attribute, ...path2] = problem.source?.pointer?.split("/") ?? [];
  const name = kind === "relationships" ? "roles" : attribute;
  const field = rows.flat().find((field2) => field2.name === name);
  if (field?.kind !== "policy" || path2.length === 0) {
    return { ...problem, field };
  }
  const place = placeOf(values[field.name] ?? "", path2);
  return { ...problem, field, place, detail: `Line ${place.line}, ${path2.join("/")}: ${problem.detail}` };
}
function editsOf(texts, saved) {
  const edit = ([name, text]) => [name, { text, saved: saved[name] ?? "" }];
  return Object.fromEntries(Object.entries(texts).map(edit));
}
function valuesOf(initial, edits) {
  const typed = Object.entries(edits).map(([name, { text }]) => [name, text]);
  return { ...initial, ...Object.fromEntries(typed) };
}
function unsent(edits, sent) {
  const left = Object.entries(valuesOf({}, edits)).filter(([name, text]) => text !== sent[name]);
  return editsOf(Object.fromEntries(left), sent);
}
function changedOf(rows, initial, values) {
  const meant = (kind, text = "") => kind === "roles" ? idsOf(text).join(" ") : kind === "policy" ? text.trim() : text;
  const all = rows.flat().map(({ name, kind }) => [name, meant(kind, values[name])]);
  return Object.fromEntries(all.filter(([name, text]) => text !== initial[name]));
}

// src/policy.ts
var POLICY_HINT = 'JSON, such as {"rule": [{"effect": "Allow", "action": "IAM:GetM2MClient", "resource": "IAM:M2MClient:*"}]}.';
function textOf(policy) {
  return policy ? JSON.stringify(policy, null, 2) : "";
}
function policyOf(text) {
  if (!text.trim()) {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = `This is not JSON: ${error.message}.`;
    const source = { pointer: "/data/attributes/accessPolicy" };
    throw new ApiError([{ title: "Invalid value", detail, source }]);
  }
}

// src/client_form.tsx
function ClientForm({ numberHint: hint, onSubmit, ...props }) {
  const rows = [
    [{ name: "name", label: "Name", kind: "text" }],
    [{ name: "description", label: "Description", kind: "lines" }],
    [{ name: "roles", label: "Role", kind: "roles" }],
    [
      {
        name: "accessPolicy",
        label: "Inline access policy",
        kind: "policy",
        hint: `For this App Client alone, in addition to its roles. ${POLICY_HINT} Empty for none.`
      }
    ],
    [
      { name: "accessTokenLifetime", label: "Access token lifetime, in seconds", kind: "number", hint },
      { name: "tokenQuota", label: "Token quota, in tokens per hour", kind: "number", hint }
    ]
  ];
  return /* @__PURE__ */ a3(Form, { ...props, rows, onSubmit: (changed) => onSubmit(changeOf(changed)) });
}
function changeOf({ roles: roles2, ...texts }) {
  const attributes = { ...texts };
  for (const name of ["accessTokenLifetime", "tokenQuota"]) {
    if (texts[name] !== void 0) {
      attributes[name] = numberOf(texts[name]);
    }
  }
  if (texts.accessPolicy !== void 0) {
    attributes.accessPolicy = policyOf(texts.accessPolicy);
  }
  return { attributes, ...roles2 !== void 0 && { roles: idsOf(roles2) } };
}
function numberOf(text) {
  return /^-?\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

// src/secrets.tsx
var DAY = 86400;
var SOON = 14;
var OVERLAPS = [
  [0, "stops working at once"],
  [3600, "works for 1 more hour"],
  [DAY, "works for 1 more day"],
  [7 * DAY, "works for 7 more days"]
];
function Secrets(props) {
  const { client: client2, secrets: secrets2, isOwn, session, onSecret, onChange, onReload } = props;
  const [asking, setAsking] = d2();
  const [overlap, setOverlap] = d2(0);
  const [ends, setEnds] = d2({});
  const newest = secrets2.at(-1);
  const older = secrets2.length > 1 ? secrets2[0] : void 0;
  const chosen = asking && "secret" in asking ? asking.secret : void 0;
  const endOf = chosen?.id ?? "new";
  const end = ends[endOf] ?? { isSet: Boolean(chosen?.attributes.expiresAt), days: "90" };
  const endFields = /* @__PURE__ */ a3(EndFields, { end, onEnd: (end2) => setEnds({ ...ends, [endOf]: end2 }) });
  const rotate = async () => {
    const { attributes } = await rotateSecret(client2, overlap);
    onSecret(attributes.clientSecret, true);
    session.announce("The secret is rotated. The new one is shown once.");
  };
  const add = async () => {
    const { secret, replaced } = await addSecret(client2, daysOf(end));
    onSecret(secret.attributes.clientSecret, replaced);
    session.announce("A secret is added. It is shown once.");
  };
  const change = async ({ id }) => {
    await changeEnd(client2, id, daysOf(end));
    session.announce("The end of the secret is changed.");
  };
  const remove2 = async ({ id }) => {
    await removeSecret(client2, id);
    session.announce("The secret is deleted.");
  };
  const done = () => {
    setOverlap(0);
    setEnds({});
    onChange();
  };
  return /* @__PURE__ */ a3("section", { "aria-labelledby": "secrets", children: [
    /* @__PURE__ */ a3("h2", { id: "secrets", children: "Secrets" }),
    !newest && /* @__PURE__ */ a3("p", { children: "This App Client has no secret." }),
    /* @__PURE__ */ a3("ul", { class: "rows", children: secrets2.map((secret) => /* @__PURE__ */ a3(
      Row,
      {
        secret,
        isNewest: Boolean(older) && secret === newest,
        onAsk: (action) => setAsking({ action, secret })
      },
      secret.id
    )) }),
    /* @__PURE__ */ a3("div", { class: "buttons", children: [
      newest && /* @__PURE__ */ a3("button", { type: "button", onClick: () => setAsking({ action: "rotate" }), children: "Rotate secret" }),
      /* @__PURE__ */ a3("button", { type: "button", onClick: () => setAsking({ action: "add" }), children: "Add a secret" })
    ] }),
    asking && dialog(asking)
  ] });
  function dialog(asking2) {
    const confirm = (title, action, run, content) => /* @__PURE__ */ a3(
      Confirm,
      {
        title: /* @__PURE__ */ a3($, { children: [
          title,
          " ",
          /* @__PURE__ */ a3(Name, { children: client2.attributes.name }),
          "?"
        ] }),
        action,
        kind: asking2.action === "add" || asking2.action === "change" ? "primary" : "danger",
        onConfirm: () => problemsOf(session, () => run().then(done)),
        onClose: () => setAsking(void 0),
        onReload,
        children: content
      }
    );
    switch (asking2.action) {
      case "rotate":
        return confirm(
          "Rotate the secret of",
          "Rotate secret",
          rotate,
          /* @__PURE__ */ a3($, { children: [
            /* @__PURE__ */ a3("fieldset", { children: [
              /* @__PURE__ */ a3("legend", { children: [
                "The old secret",
                newest && /* @__PURE__ */ a3($, { children: [
                  ", ",
                  label(newest),
                  ","
                ] })
              ] }),
              OVERLAPS.map(([seconds, text]) => /* @__PURE__ */ a3(
                Choice,
                {
                  name: "overlap",
                  checked: overlap === seconds,
                  onChoose: () => setOverlap(seconds),
                  children: text
                }
              ))
            ] }),
            older && /* @__PURE__ */ a3("p", { children: [
              "The older secret, ",
              label(older),
              ", stops working at once in any case."
            ] }),
            newest?.attributes.expiresAt && /* @__PURE__ */ a3("p", { children: [
              "The old secret ends at the latest at ",
              /* @__PURE__ */ a3(Time, { seconds: newest.attributes.expiresAt }),
              ". The new one is valid for the same number of days as the old one."
            ] }),
            /* @__PURE__ */ a3("p", { children: "Tokens stay valid until they expire." })
          ] })
        );
      case "add":
        return confirm(
          "Add a secret to",
          "Add a secret",
          add,
          /* @__PURE__ */ a3($, { children: [
            older && newest && /* @__PURE__ */ a3("p", { children: [
              "The App Client has two secrets. The new one replaces the most recent one,",
              " ",
              label(newest),
              ", which stops working at once."
            ] }),
            endFields
          ] })
        );
      case "change":
        return confirm(
          /* @__PURE__ */ a3($, { children: [
            "Change the end of the secret ",
            label(asking2.secret),
            " of"
          ] }),
          "Change the end",
          () => change(asking2.secret),
          endFields
        );
      case "delete":
        return confirm(
          /* @__PURE__ */ a3($, { children: [
            "Delete the secret ",
            label(asking2.secret),
            " of"
          ] }),
          "Delete the secret",
          () => remove2(asking2.secret),
          /* @__PURE__ */ a3($, { children: [
            /* @__PURE__ */ a3("p", { children: "The secret stops working at once. Tokens stay valid until they expire." }),
            !older && /* @__PURE__ */ a3("p", { children: "It is the only one. The App Client gets no tokens until you add a secret." }),
            isOwn && /* @__PURE__ */ a3("p", { children: "The console is signed in as this App Client. If it uses this secret, you will be signed out." })
          ] })
        );
    }
  }
}
function Row({ secret, isNewest, onAsk }) {
  const { createdAt, expiresAt, lastUsedOn } = secret.attributes;
  const endsSoon = expiresAt !== null && expiresAt - Date.now() / 1e3 < SOON * DAY;
  const button = (action, text, which) => /* @__PURE__ */ a3("button", { type: "button", class: "small", onClick: () => onAsk(action), children: [
    text,
    /* @__PURE__ */ a3("span", { class: "hidden", children: [
      " ",
      which,
      " ",
      label(secret)
    ] })
  ] });
  return /* @__PURE__ */ a3("li", { children: [
    /* @__PURE__ */ a3("div", { class: "row-head", children: [
      label(secret),
      isNewest && /* @__PURE__ */ a3("span", { class: "status", children: "most recent" }),
      endsSoon && /* @__PURE__ */ a3("span", { class: "status soon", children: "ends soon" })
    ] }),
    /* @__PURE__ */ a3("p", { class: "hint", children: [
      "Created ",
      /* @__PURE__ */ a3(Time, { seconds: createdAt }),
      ".",
      " ",
      expiresAt ? /* @__PURE__ */ a3($, { children: [
        "Ends ",
        /* @__PURE__ */ a3(Time, { seconds: expiresAt }),
        "."
      ] }) : "No end.",
      " ",
      lastUsedOn ? /* @__PURE__ */ a3($, { children: [
        "Last used ",
        /* @__PURE__ */ a3(Day, { seconds: lastUsedOn }),
        "."
      ] }) : "Never used."
    ] }),
    /* @__PURE__ */ a3("div", { class: "buttons", children: [
      button("change", "Change the end", "of the secret"),
      button("delete", "Delete", "the secret")
    ] })
  ] });
}
function label({ attributes: { lastFour, createdAt } }) {
  return lastFour ? /* @__PURE__ */ a3("code", { children: [
    "…",
    lastFour
  ] }) : /* @__PURE__ */ a3($, { children: [
    "created ",
    /* @__PURE__ */ a3(Time, { seconds: createdAt })
  ] });
}
function EndFields({ end, onEnd }) {
  const { isSet, days } = end;
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("fieldset", { children: [
      /* @__PURE__ */ a3("legend", { children: "End" }),
      /* @__PURE__ */ a3(Choice, { name: "end", checked: !isSet, onChoose: () => onEnd({ isSet: false, days }), children: "No end" }),
      /* @__PURE__ */ a3(Choice, { name: "end", checked: isSet, onChoose: () => onEnd({ isSet: true, days }), children: "A number of days from now" })
    ] }),
    isSet && /* @__PURE__ */ a3("div", { class: "field", children: [
      /* @__PURE__ */ a3("label", { for: "days", children: "Days, 30 to 365" }),
      /* @__PURE__ */ a3(
        "input",
        {
          id: "days",
          type: "text",
          inputMode: "numeric",
          autocomplete: "off",
          value: days,
          "aria-describedby": "problem-dialog",
          onInput: (event) => onEnd({ isSet: true, days: event.currentTarget.value })
        }
      )
    ] })
  ] });
}
function daysOf({ isSet, days }) {
  if (!isSet) {
    return null;
  }
  const number = /^\d{2,3}$/.test(days.trim()) ? Number(days) : 0;
  if (number < 30 || number > 365) {
    const detail = "Enter a whole number of days, from 30 to 365.";
    throw new ApiError([{ title: "Invalid value", detail }]);
  }
  return number;
}

// src/client_view.tsx
function ClientView({ id, session, secret, onClient, onSecret }) {
  const [client2, setClient] = d2();
  const [secrets2, setSecrets] = d2([]);
  const [problems, setProblems] = d2([]);
  const [asking, setAsking] = d2();
  const isLeft = T2(false);
  const show = (client3) => {
    if (!isLeft.current) {
      setClient(client3);
      onClient(client3);
    }
  };
  const load = async () => {
    const all = await problemsOf(session, async () => {
      const client3 = await client(id);
      setSecrets(await secrets(id));
      show(client3);
    });
    setProblems(all ?? []);
    keepFocus();
    return all === void 0;
  };
  const reload = async () => {
    const isLoaded = await load();
    if (isLoaded) {
      session.announce("The current state is loaded.");
    }
    return isLoaded;
  };
  A2(() => {
    void load();
    return () => {
      isLeft.current = true;
    };
  }, []);
  const back = /* @__PURE__ */ a3("p", { children: /* @__PURE__ */ a3("a", { href: "#", children: "All App Clients" }) });
  if (!client2) {
    return /* @__PURE__ */ a3($, { children: [
      back,
      problems.length > 0 && /* @__PURE__ */ a3(Heading, { title: "App Client", children: "App Client" }),
      /* @__PURE__ */ a3(Problems, { problems })
    ] });
  }
  const { name, description, clientId, status, createdAt, updatedAt } = client2.attributes;
  const { accessTokenLifetime, tokenQuota, lastUsedOn } = client2.attributes;
  const isOwn = clientId === signedInAs();
  const setStatus = async (status2) => {
    show(await update(client2, { attributes: { status: status2 } }));
    session.announce(`The App Client is ${status2}.`);
  };
  const actions = {
    disable: () => setStatus("disabled"),
    delete: async () => {
      await remove(client2);
      session.close(`${name} is deleted.`, "");
    }
  };
  return /* @__PURE__ */ a3($, { children: [
    back,
    /* @__PURE__ */ a3("div", { class: "title", children: [
      /* @__PURE__ */ a3(Heading, { title: name, children: /* @__PURE__ */ a3(Name, { children: name }) }),
      /* @__PURE__ */ a3("span", { class: `status ${status}`, children: status })
    ] }),
    isOwn && /* @__PURE__ */ a3("p", { class: "hint", children: "The console is signed in as this App Client." }),
    secret && /* @__PURE__ */ a3(Secret, { secret, announce: session.announce }),
    /* @__PURE__ */ a3("dl", { children: [
      /* @__PURE__ */ a3("dt", { children: "ID" }),
      /* @__PURE__ */ a3("dd", { children: [
        /* @__PURE__ */ a3("code", { children: client2.id }),
        /* @__PURE__ */ a3(CopyButton, { what: "ID", text: client2.id, announce: session.announce })
      ] }),
      /* @__PURE__ */ a3("dt", { children: "Client ID" }),
      /* @__PURE__ */ a3("dd", { children: [
        /* @__PURE__ */ a3("code", { children: clientId }),
        /* @__PURE__ */ a3(CopyButton, { what: "client ID", text: clientId, announce: session.announce })
      ] }),
      /* @__PURE__ */ a3("dt", { children: "Created" }),
      /* @__PURE__ */ a3("dd", { children: /* @__PURE__ */ a3(Time, { seconds: createdAt }) }),
      /* @__PURE__ */ a3("dt", { children: "Changed" }),
      /* @__PURE__ */ a3("dd", { children: /* @__PURE__ */ a3(Time, { seconds: updatedAt }) }),
      /* @__PURE__ */ a3("dt", { children: "Last used" }),
      /* @__PURE__ */ a3("dd", { children: lastUsedOn ? /* @__PURE__ */ a3(Day, { seconds: lastUsedOn }) : "Never" })
    ] }),
    /* @__PURE__ */ a3(
      Secrets,
      {
        client: client2,
        secrets: secrets2,
        isOwn,
        session,
        onSecret: (secret2, replaces) => {
          if (secret2 && replaces) {
            secretChanged(clientId, secret2);
          }
          if (secret2 && !isLeft.current) {
            onSecret(secret2);
          }
        },
        onChange: load,
        onReload: reload
      }
    ),
    /* @__PURE__ */ a3("section", { "aria-labelledby": "status", children: [
      /* @__PURE__ */ a3("h2", { id: "status", children: "Status" }),
      /* @__PURE__ */ a3("div", { class: "buttons", children: [
        status === "enabled" ? /* @__PURE__ */ a3("button", { type: "button", onClick: () => setAsking("disable"), children: "Disable" }) : /* @__PURE__ */ a3(
          "button",
          {
            type: "button",
            onClick: async () => setProblems(await problemsOf(session, () => setStatus("enabled")) ?? []),
            children: "Enable"
          }
        ),
        /* @__PURE__ */ a3("button", { type: "button", class: "danger", onClick: () => setAsking("delete"), children: "Delete" })
      ] }),
      /* @__PURE__ */ a3(Problems, { problems, onReload: reload })
    ] }),
    /* @__PURE__ */ a3("section", { "aria-labelledby": "settings", children: [
      /* @__PURE__ */ a3("h2", { id: "settings", children: "Settings" }),
      /* @__PURE__ */ a3(
        ClientForm,
        {
          session,
          initial: {
            name,
            description,
            roles: roleIds(client2).join(" "),
            accessPolicy: textOf(client2.attributes.accessPolicy),
            accessTokenLifetime: String(accessTokenLifetime),
            tokenQuota: String(tokenQuota)
          },
          action: "Save changes",
          numberHint: "",
          onSubmit: async (change) => {
            show(await update(client2, change));
            session.announce("The changes are saved.");
          },
          onReload: reload
        }
      )
    ] }),
    asking && /* @__PURE__ */ a3(
      Confirm,
      {
        title: /* @__PURE__ */ a3($, { children: [
          ASK[asking].question,
          " ",
          /* @__PURE__ */ a3(Name, { children: name }),
          "?"
        ] }),
        action: ASK[asking].action,
        onConfirm: () => problemsOf(session, actions[asking]),
        onClose: () => setAsking(void 0),
        onReload: reload,
        children: [
          /* @__PURE__ */ a3("p", { children: ASK[asking].effect }),
          isOwn && /* @__PURE__ */ a3("p", { children: "The console is signed in as this App Client: you will be signed out." })
        ]
      }
    )
  ] });
}
var ASK = {
  disable: {
    question: "Disable",
    action: "Disable",
    effect: "The App Client gets no more tokens, and the management API rejects those it has."
  },
  delete: {
    question: "Delete",
    action: "Delete",
    effect: "The App Client and its secrets are deleted. You cannot undo this."
  }
};
function Secret({ secret, announce }) {
  const box = T2(null);
  A2(() => {
    requestAnimationFrame(() => box.current?.focus());
  }, [secret]);
  return /* @__PURE__ */ a3("section", { class: "secret", "aria-labelledby": "secret", tabIndex: -1, ref: box, children: [
    /* @__PURE__ */ a3("h2", { id: "secret", children: "Client secret" }),
    /* @__PURE__ */ a3("p", { children: "Store it now. It is shown only here, and only until you leave this view." }),
    /* @__PURE__ */ a3("p", { children: /* @__PURE__ */ a3("code", { children: secret }) }),
    /* @__PURE__ */ a3(CopyButton, { what: "client secret", text: secret, announce })
  ] });
}

// src/create_view.tsx
var NOTHING = {
  name: "",
  description: "",
  roles: "",
  accessPolicy: "",
  accessTokenLifetime: "",
  tokenQuota: ""
};
function CreateView({ session, onDraft, onCreated }) {
  const least = session.roles.find((role2) => role2.attributes.name === "Permissionless");
  const roles2 = (least ?? session.roles[0])?.id ?? "";
  A2(() => onDraft({ ...NOTHING, roles: roles2 }), []);
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("p", { children: /* @__PURE__ */ a3("a", { href: "#", children: "All App Clients" }) }),
    /* @__PURE__ */ a3(Heading, { title: "Create an App Client", children: "Create an App Client" }),
    /* @__PURE__ */ a3(
      ClientForm,
      {
        session,
        initial: NOTHING,
        first: { roles: roles2 },
        action: "Create",
        numberHint: "Empty for the default.",
        onInput: onDraft,
        onSubmit: async (change) => onCreated(await create(change))
      }
    )
  ] });
}

// src/list_view.tsx
var TYPING = 250;
var EVERYTHING = { name: "", status: "", role: "", sort: "createdAt" };
var SORTS = {
  createdAt: "Oldest first",
  "-createdAt": "Newest first",
  name: "Name, A to Z",
  "-name": "Name, Z to A"
};
function ListView({ session, query, onQuery }) {
  const [loaded, setLoaded] = d2();
  const [busy, setBusy] = d2(true);
  const [problems, setProblems] = d2([]);
  const search = T2(new AbortController());
  const rows = T2(null);
  const load = async (from) => {
    const { signal } = search.current;
    setBusy(true);
    setProblems([]);
    let reached = from;
    const problems2 = await problemsOf(session, async () => {
      do {
        reached = joined(reached, await page(reached.next, signal));
        setLoaded(reached);
      } while (reached.next && reached.clients.length < from.clients.length + PAGE_SIZE);
    });
    if (!signal.aborted) {
      setLoaded(reached);
      setProblems(problems2 ?? []);
      setBusy(false);
    }
  };
  const first = firstPage(query);
  A2(() => {
    search.current = new AbortController();
    setBusy(true);
    const start = () => load({ clients: [], unreadable: [], next: first });
    const timer = setTimeout(start, loaded ? TYPING : 0);
    return () => {
      clearTimeout(timer);
      search.current.abort();
    };
  }, [first]);
  const { clients, unreadable, next } = loaded ?? { clients: [], unreadable: [], next: null };
  const loadMore = async () => {
    await load({ clients, unreadable, next });
    rows.current?.children[clients.length]?.querySelector("a")?.focus();
  };
  const choice = (field, label2, options) => /* @__PURE__ */ a3("div", { children: [
    /* @__PURE__ */ a3("label", { for: `list-${field}`, children: label2 }),
    /* @__PURE__ */ a3(
      "select",
      {
        id: `list-${field}`,
        value: query[field],
        onChange: (event) => onQuery({ ...query, [field]: event.currentTarget.value }),
        children: options.map(([value, text]) => /* @__PURE__ */ a3("option", { value, children: text }))
      }
    )
  ] });
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("div", { class: "title", children: [
      /* @__PURE__ */ a3(Heading, { title: "App Clients", children: "App Clients" }),
      /* @__PURE__ */ a3("a", { class: "button primary", href: "#/new", children: "Create an App Client" })
    ] }),
    /* @__PURE__ */ a3("form", { class: "filters", role: "search", noValidate: true, onSubmit: (event) => event.preventDefault(), children: [
      /* @__PURE__ */ a3("div", { children: [
        /* @__PURE__ */ a3("label", { for: "list-name", children: "Name starts with" }),
        /* @__PURE__ */ a3(
          "input",
          {
            id: "list-name",
            type: "search",
            autocomplete: "off",
            value: query.name,
            "aria-describedby": "found",
            onInput: (event) => onQuery(named(query, event.currentTarget.value))
          }
        )
      ] }),
      choice("status", "Status", [
        ["", "Any"],
        ["enabled", "enabled"],
        ["disabled", "disabled"]
      ]),
      choice("role", "Role", [
        ["", "Any"],
        ...session.roles.map(({ id, attributes }) => [id, attributes.name])
      ]),
      choice("sort", "Order", Object.entries(SORTS))
    ] }),
    /* @__PURE__ */ a3("p", { id: "found", class: "hint", "aria-live": "polite", children: busy ? "Searching…" : problems.length === 0 && summary(clients.length, next, query) }),
    /* @__PURE__ */ a3(Problems, { problems }),
    /* @__PURE__ */ a3("ul", { class: "rows clients", ref: rows, "aria-busy": busy, children: clients.map((client2) => /* @__PURE__ */ a3(Row2, { client: client2, session }, client2.id)) }),
    unreadable.map((id) => /* @__PURE__ */ a3("p", { class: "problems", children: [
      "The service cannot read the App Client ",
      /* @__PURE__ */ a3("code", { children: id }),
      "."
    ] })),
    next && /* @__PURE__ */ a3("div", { class: "buttons", children: /* @__PURE__ */ a3("button", { type: "button", disabled: busy, onClick: loadMore, children: problems.length > 0 ? "Try again" : "Load more" }) })
  ] });
}
function Row2({ client: client2, session }) {
  const { name, clientId, status, createdAt } = client2.attributes;
  return /* @__PURE__ */ a3("li", { children: [
    /* @__PURE__ */ a3("div", { class: "row-head", children: [
      /* @__PURE__ */ a3("a", { href: `#/clients/${encodeURIComponent(client2.id)}`, children: /* @__PURE__ */ a3(Name, { children: name }) }),
      /* @__PURE__ */ a3("span", { class: `status ${status}`, children: status })
    ] }),
    /* @__PURE__ */ a3("p", { class: "hint", children: [
      session.roleNames(roleIds(client2)) || "No role",
      ", created ",
      /* @__PURE__ */ a3(Time, { seconds: createdAt })
    ] }),
    /* @__PURE__ */ a3("div", { class: "row-foot", children: [
      /* @__PURE__ */ a3("code", { children: clientId }),
      /* @__PURE__ */ a3("span", { class: "buttons", children: [
        /* @__PURE__ */ a3(CopyButton, { what: "ID", of: name, text: client2.id, announce: session.announce }),
        /* @__PURE__ */ a3(CopyButton, { what: "client ID", of: name, text: clientId, announce: session.announce })
      ] })
    ] })
  ] });
}
function named(query, name) {
  const starts = !query.name && query.sort === EVERYTHING.sort;
  return { ...query, name, sort: starts ? "name" : query.sort };
}
function joined(loaded, { data, links, meta }) {
  return {
    clients: [...loaded.clients, ...data],
    unreadable: [...loaded.unreadable, ...(meta?.unreadable ?? []).map(({ id }) => id)],
    next: links.next
  };
}
function summary(count, next, { name, status, role: role2 }) {
  const what = name.trim() || status || role2 ? "matching App Clients" : "App Clients";
  if (next) {
    return `Showing the first ${count} ${what}. There may be more.`;
  }
  return count === 0 ? `No ${what}.` : `Showing all ${what}: ${count}.`;
}

// src/role_form.tsx
function RoleForm({ onSubmit, ...props }) {
  const name = {
    name: "name",
    label: "Name",
    kind: "text",
    hint: "You cannot change it later: tokens contain it."
  };
  const rows = [
    ..."name" in props.initial ? [[name]] : [],
    [{ name: "description", label: "Description", kind: "lines" }],
    [
      {
        name: "accessPolicy",
        label: "Access policy",
        kind: "policy",
        hint: `${POLICY_HINT} Empty for a role that permits nothing.`
      }
    ]
  ];
  const submit = ({ accessPolicy, ...texts }) => onSubmit({
    ...texts,
    ...accessPolicy !== void 0 && { accessPolicy: policyOf(accessPolicy) }
  });
  return /* @__PURE__ */ a3(Form, { ...props, rows, onSubmit: submit });
}

// src/role_view.tsx
function RoleView({ id, session }) {
  const [role2, setRole] = d2();
  const [problems, setProblems] = d2([]);
  const [isAsking, setAsking] = d2(false);
  const show = (role3) => {
    setRole(role3);
    session.keepRole(role3);
  };
  const load = async () => {
    const problems2 = await problemsOf(session, async () => show(await role(id)));
    setProblems(problems2 ?? []);
    keepFocus();
    return problems2 === void 0;
  };
  const reload = async () => {
    const isLoaded = await load();
    if (isLoaded) {
      session.announce("The current state is loaded.");
    }
    return isLoaded;
  };
  A2(() => void load(), []);
  const back = /* @__PURE__ */ a3("p", { children: /* @__PURE__ */ a3("a", { href: "#/roles", children: "All roles" }) });
  if (!role2) {
    return /* @__PURE__ */ a3($, { children: [
      back,
      problems.length > 0 && /* @__PURE__ */ a3(Heading, { title: "Role", children: "Role" }),
      /* @__PURE__ */ a3(Problems, { problems })
    ] });
  }
  const { name, description, isManaged, accessPolicy, permissions } = role2.attributes;
  const { createdAt, updatedAt } = role2.attributes;
  const policy = textOf(accessPolicy);
  return /* @__PURE__ */ a3($, { children: [
    back,
    /* @__PURE__ */ a3("div", { class: "title", children: [
      /* @__PURE__ */ a3(Heading, { title: name, children: /* @__PURE__ */ a3(Name, { children: name }) }),
      isManaged && /* @__PURE__ */ a3("span", { class: "status", children: "managed" })
    ] }),
    /* @__PURE__ */ a3(Problems, { problems }),
    isManaged && /* @__PURE__ */ a3("p", { class: "hint", children: "This role exists in every org. It cannot be changed." }),
    /* @__PURE__ */ a3("dl", { children: [
      /* @__PURE__ */ a3("dt", { children: "ID" }),
      /* @__PURE__ */ a3("dd", { children: [
        /* @__PURE__ */ a3("code", { children: role2.id }),
        /* @__PURE__ */ a3(CopyButton, { what: "ID", text: role2.id, announce: session.announce })
      ] }),
      /* @__PURE__ */ a3("dt", { children: "Created" }),
      /* @__PURE__ */ a3("dd", { children: /* @__PURE__ */ a3(Time, { seconds: createdAt }) }),
      /* @__PURE__ */ a3("dt", { children: "Changed" }),
      /* @__PURE__ */ a3("dd", { children: /* @__PURE__ */ a3(Time, { seconds: updatedAt }) }),
      isManaged && /* @__PURE__ */ a3($, { children: [
        /* @__PURE__ */ a3("dt", { children: "Description" }),
        /* @__PURE__ */ a3("dd", { children: description })
      ] })
    ] }),
    /* @__PURE__ */ a3("section", { "aria-labelledby": "permissions", children: [
      /* @__PURE__ */ a3("h2", { id: "permissions", children: "Permissions" }),
      permissions.length === 0 ? /* @__PURE__ */ a3("p", { children: "The access policy permits no action." }) : /* @__PURE__ */ a3($, { children: [
        /* @__PURE__ */ a3("p", { class: "hint", children: "The actions that the access policy permits on at least one resource." }),
        /* @__PURE__ */ a3("ul", { class: "permissions", children: permissions.map((action) => /* @__PURE__ */ a3("li", { children: /* @__PURE__ */ a3("code", { children: action }) }, action)) })
      ] })
    ] }),
    isManaged ? /* @__PURE__ */ a3("section", { "aria-labelledby": "policy", children: [
      /* @__PURE__ */ a3("h2", { id: "policy", children: "Access policy" }),
      /* @__PURE__ */ a3("div", { class: "command", children: /* @__PURE__ */ a3("pre", { tabIndex: 0, role: "region", "aria-label": "Access policy as JSON", children: /* @__PURE__ */ a3("code", { children: policy }) }) })
    ] }) : /* @__PURE__ */ a3("section", { "aria-labelledby": "settings", children: [
      /* @__PURE__ */ a3("h2", { id: "settings", children: "Settings" }),
      /* @__PURE__ */ a3(
        RoleForm,
        {
          session,
          initial: { description, accessPolicy: policy },
          action: "Save changes",
          onSubmit: async (attributes) => {
            show(await updateRole(role2, attributes));
            session.announce("The changes are saved.");
          },
          onReload: reload
        }
      ),
      /* @__PURE__ */ a3("h2", { children: "Deletion" }),
      /* @__PURE__ */ a3("div", { class: "buttons", children: /* @__PURE__ */ a3("button", { type: "button", class: "danger", onClick: () => setAsking(true), children: "Delete" }) })
    ] }),
    isAsking && /* @__PURE__ */ a3(
      Confirm,
      {
        title: /* @__PURE__ */ a3($, { children: [
          "Delete ",
          /* @__PURE__ */ a3(Name, { children: name }),
          "?"
        ] }),
        action: "Delete",
        onConfirm: () => problemsOf(session, async () => {
          await removeRole(role2);
          session.close(`${name} is deleted.`, "#/roles");
        }),
        onClose: () => setAsking(false),
        onReload: reload,
        children: /* @__PURE__ */ a3("p", { children: "The role is deleted. You cannot undo this." })
      }
    )
  ] });
}

// src/roles_view.tsx
function RolesView({ session }) {
  const [busy, setBusy] = d2(true);
  const [problems, setProblems] = d2([]);
  A2(() => {
    const load = async () => {
      const problems2 = await problemsOf(session, async () => session.setRoles(await roles()));
      setProblems(problems2 ?? []);
      setBusy(false);
    };
    void load();
  }, []);
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("div", { class: "title", children: [
      /* @__PURE__ */ a3(Heading, { title: "Roles", children: "Roles" }),
      /* @__PURE__ */ a3("a", { class: "button primary", href: "#/roles/new", children: "Create a role" })
    ] }),
    /* @__PURE__ */ a3("p", { class: "hint", "aria-live": "polite", id: "found", children: busy ? "Loading…" : problems.length === 0 && `Showing all roles: ${session.roles.length}.` }),
    /* @__PURE__ */ a3(Problems, { problems }),
    /* @__PURE__ */ a3("ul", { class: "rows roles", "aria-busy": busy, children: session.roles.map((role2) => /* @__PURE__ */ a3(Row3, { role: role2 }, role2.id)) })
  ] });
}
function Row3({ role: { id, attributes } }) {
  return /* @__PURE__ */ a3("li", { children: [
    /* @__PURE__ */ a3("div", { class: "row-head", children: [
      /* @__PURE__ */ a3("a", { href: `#/roles/${encodeURIComponent(id)}`, children: /* @__PURE__ */ a3(Name, { children: attributes.name }) }),
      attributes.isManaged && /* @__PURE__ */ a3("span", { class: "status", children: "managed" })
    ] }),
    attributes.description && /* @__PURE__ */ a3("p", { class: "hint", children: attributes.description })
  ] });
}
function CreateRoleView({ session, onCreated }) {
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("p", { children: /* @__PURE__ */ a3("a", { href: "#/roles", children: "All roles" }) }),
    /* @__PURE__ */ a3(Heading, { title: "Create a role", children: "Create a role" }),
    /* @__PURE__ */ a3(
      RoleForm,
      {
        session,
        initial: { name: "", description: "", accessPolicy: "" },
        action: "Create",
        onSubmit: async (attributes) => onCreated(await createRole(attributes))
      }
    )
  ] });
}

// src/sign_in_view.tsx
function SignInView({ reason, onSubmit }) {
  const [clientId, setClientId] = d2("");
  const [clientSecret, setClientSecret] = d2("");
  const submit = (event) => {
    event.preventDefault();
    void onSubmit({ clientId: clientId.trim(), clientSecret: clientSecret.trim() });
  };
  return /* @__PURE__ */ a3("main", { class: "narrow", children: [
    /* @__PURE__ */ a3(Heading, { title: "Sign in", children: "Sign in" }),
    /* @__PURE__ */ a3("p", { children: "Enter the credentials of an App Client that may manage App Clients." }),
    /* @__PURE__ */ a3("form", { noValidate: true, onSubmit: submit, autocomplete: "off", children: [
      /* @__PURE__ */ a3("div", { class: "field", children: [
        /* @__PURE__ */ a3("label", { for: "client-id", children: "Client ID" }),
        /* @__PURE__ */ a3(
          "input",
          {
            id: "client-id",
            value: clientId,
            autocomplete: "off",
            onInput: (event) => setClientId(event.currentTarget.value)
          }
        )
      ] }),
      /* @__PURE__ */ a3("div", { class: "field", children: [
        /* @__PURE__ */ a3("label", { for: "client-secret", children: "Client secret" }),
        /* @__PURE__ */ a3(
          "input",
          {
            id: "client-secret",
            type: "password",
            value: clientSecret,
            autocomplete: "off",
            onInput: (event) => setClientSecret(event.currentTarget.value)
          }
        )
      ] }),
      reason && /* @__PURE__ */ a3("div", { class: "problems", role: "alert", children: /* @__PURE__ */ a3("p", { children: reason }) }),
      /* @__PURE__ */ a3("div", { class: "buttons", children: /* @__PURE__ */ a3("button", { type: "submit", class: "primary", children: "Sign in" }) })
    ] })
  ] });
}

// src/shell.ts
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
function administratorToken({ url, administrator }) {
  return `TOKEN=$(curl -s ${quoted(`${url}/oauth/token`)} \\
  -d grant_type=client_credentials -d client_id=${quoted(administrator)} \\
  --data-urlencode "client_secret=$ADMIN_SECRET" | jq -r .access_token)`;
}
function findRoles({ url }, { roles: roles2 }) {
  const queries = roles2.map(({ name }) => `?filter[name]=${encodeURIComponent(name)}`);
  const commands = (queries.length > 0 ? queries : [""]).map(
    (query) => `curl -gs ${quoted(`${url}/auth/roles${query}`)} \\
  -H "Authorization: Bearer $TOKEN"`
  );
  return commands.join("\n");
}
function createClient({ url }, subject) {
  const attributes = { type: "machine_to_machine", name: subject.name };
  if (subject.description) {
    attributes.description = subject.description;
  }
  attributes.userType = "builder";
  if (subject.accessPolicy) {
    attributes.accessPolicy = subject.accessPolicy;
  }
  const body = document2({ attributes, roles: subject.roles.map(({ id }) => id) });
  return `curl -s ${quoted(`${url}/auth/app-clients`)} \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/vnd.api+json' \\
  -d ${quoted(JSON.stringify(body, null, 2))}`;
}
function requestToken({ url, audience: audience2 }, subject) {
  const body = {
    grant_type: "client_credentials",
    client_id: subject.clientId ?? "CLIENT_ID",
    client_secret: subject.secret ?? "CLIENT_SECRET",
    audience: audience2
  };
  let json = quoted(JSON.stringify(body, null, 2));
  if (!subject.clientId) {
    json = json.replace('"CLIENT_ID"', `"'"$CLIENT_ID"'"`);
  }
  if (!subject.secret) {
    json = json.replace('"CLIENT_SECRET"', `"'"$CLIENT_SECRET"'"`);
  }
  return `CLIENT_TOKEN=$(curl -s ${quoted(`${url}/oauth/token`)} \\
  -H 'Content-Type: application/json' -d ${json} | jq -r .access_token)`;
}
function callApi({ url }, { id }) {
  const path2 = id ? quoted(`${url}/auth/app-clients/${id}`) : `"${url}/auth/app-clients/$ID"`;
  return `curl -s ${path2} \\
  -H 'Accept: application/vnd.api+json' \\
  -H "Authorization: Bearer $CLIENT_TOKEN"`;
}

// src/steps.tsx
function Steps({ subject, announce }) {
  const administrator = signedInAs() ?? "";
  const service = { url: location.origin, audience: audience(), administrator };
  const isKnown = subject.clientId !== void 0;
  const command = (title, text) => /* @__PURE__ */ a3(Command, { title, text, announce });
  return /* @__PURE__ */ a3("aside", { "aria-labelledby": "steps", children: [
    /* @__PURE__ */ a3("h2", { id: "steps", children: [
      "The four steps with curl",
      isKnown && /* @__PURE__ */ a3($, { children: [
        ": ",
        /* @__PURE__ */ a3(Name, { children: subject.name })
      ] })
    ] }),
    /* @__PURE__ */ a3("p", { children: [
      "Steps 1 and 2 need an administrator's token. Put the administrator's secret into a shell variable with ",
      /* @__PURE__ */ a3("code", { children: "read -rs ADMIN_SECRET" }),
      ", then get the token."
    ] }),
    command("An administrator's token", administratorToken(service)),
    /* @__PURE__ */ a3("ol", { children: [
      /* @__PURE__ */ a3("li", { children: [
        /* @__PURE__ */ a3("h3", { children: "Find the role" }),
        command("Find the role", findRoles(service, subject))
      ] }),
      /* @__PURE__ */ a3("li", { children: [
        /* @__PURE__ */ a3("h3", { children: "Create the App Client" }),
        command("Create the App Client", createClient(service, subject))
      ] }),
      /* @__PURE__ */ a3("li", { children: [
        /* @__PURE__ */ a3("h3", { children: "Get an access token" }),
        !subject.secret && /* @__PURE__ */ a3("p", { children: isKnown ? /* @__PURE__ */ a3($, { children: [
          "First ",
          /* @__PURE__ */ a3("code", { children: "read -rs CLIENT_SECRET" }),
          ". The console does not know the secret."
        ] }) : /* @__PURE__ */ a3($, { children: [
          "First set ",
          /* @__PURE__ */ a3("code", { children: "ID" }),
          ", ",
          /* @__PURE__ */ a3("code", { children: "CLIENT_ID" }),
          " and ",
          /* @__PURE__ */ a3("code", { children: "CLIENT_SECRET" }),
          " ",
          "to the values from step 2."
        ] }) }),
        command("Get an access token", requestToken(service, subject))
      ] }),
      /* @__PURE__ */ a3("li", { children: [
        /* @__PURE__ */ a3("h3", { children: "Call the API" }),
        /* @__PURE__ */ a3("p", { children: "The client's roles and its access policy decide which calls it may make. If they do not permit one, the answer is 403." }),
        command("Call the API", callApi(service, subject))
      ] })
    ] })
  ] });
}
function Command({ title, text, announce }) {
  return /* @__PURE__ */ a3("div", { class: "command", children: [
    /* @__PURE__ */ a3("pre", { tabIndex: 0, role: "region", "aria-label": `Command: ${title}`, children: /* @__PURE__ */ a3("code", { children: text }) }),
    /* @__PURE__ */ a3(CopyButton, { what: "command", of: `“${title}”`, text, announce })
  ] });
}

// src/main.tsx
function App() {
  const [state, setState] = d2({ name: "starting" });
  const [route, setRoute] = d2(location.hash);
  const [message, setMessage] = d2("");
  const [query, setQuery] = d2(EVERYTHING);
  const [opened, setOpened] = d2();
  const [draft, setDraft] = d2();
  const [secret, setSecret] = d2();
  const next = T2({});
  const start = b(async (credentials2) => {
    try {
      await signIn(credentials2);
      setState({ name: "signed in", roles: await permittedRoles() });
    } catch (error) {
      setState({ name: "signed out", reason: reasonOf(error) });
    }
  }, []);
  A2(() => {
    localCredentials().then(
      (credentials2) => credentials2 ? start(credentials2) : setState({ name: "signed out", reason: "" })
    ).catch((error) => setState({ name: "signed out", reason: reasonOf(error) }));
  }, []);
  A2(() => {
    const changed = () => {
      setRoute(location.hash);
      setOpened(void 0);
      setDraft(void 0);
      setMessage(next.current.message ?? "");
      setSecret(next.current.secret);
      next.current = {};
    };
    const left = () => setSecret(void 0);
    addEventListener("hashchange", changed);
    addEventListener("pagehide", left);
    return () => {
      removeEventListener("hashchange", changed);
      removeEventListener("pagehide", left);
    };
  }, []);
  if (state.name === "starting") {
    return /* @__PURE__ */ a3(Frame, { message: "", children: "Signing in…" });
  }
  if (state.name === "signed out") {
    return /* @__PURE__ */ a3(Frame, { message: "", children: /* @__PURE__ */ a3(SignInView, { reason: state.reason, onSubmit: start }) });
  }
  const session = {
    roles: state.roles,
    setRoles: (roles2) => setState({ name: "signed in", roles: roles2 }),
    keepRole: (role2) => setState((state2) => {
      if (state2.name !== "signed in") {
        return state2;
      }
      const others = state2.roles.filter(({ id }) => id !== role2.id);
      return { name: "signed in", roles: [...others, role2].sort(byName) };
    }),
    roleNames: (ids) => ids.map((id) => nameOf(state.roles, id)).join(", "),
    announce: setMessage,
    close: (message2, view2) => {
      next.current = { message: message2 };
      location.hash = view2;
    },
    signedOut: (error) => {
      setSecret(void 0);
      setState({ name: "signed out", reason: error.message });
    }
  };
  const subject = opened ? subjectOf(opened, state.roles, secret) : draftSubject(draft, state.roles);
  return /* @__PURE__ */ a3(Frame, { message, children: /* @__PURE__ */ a3("div", { class: "columns", children: [
    /* @__PURE__ */ a3("main", { children: view(route) }),
    /* @__PURE__ */ a3(Steps, { subject, announce: setMessage })
  ] }) });
  function view(route2) {
    const id = /^#\/clients\/([^/]+)$/.exec(route2)?.[1];
    if (id) {
      return /* @__PURE__ */ a3(
        ClientView,
        {
          id: safelyDecoded(id),
          session,
          secret: secret?.value,
          onClient: setOpened,
          onSecret: (value) => setSecret({ id: safelyDecoded(id), value })
        },
        id
      );
    }
    if (route2 === "#/new") {
      const created = (client2) => {
        const value = client2.attributes.clientSecret;
        next.current = { message: `${client2.attributes.name} is created.` };
        if (value) {
          next.current.secret = { id: client2.id, value };
        }
        location.hash = `#/clients/${encodeURIComponent(client2.id)}`;
      };
      return /* @__PURE__ */ a3(CreateView, { session, onDraft: setDraft, onCreated: created });
    }
    const roleId = /^#\/roles\/([^/]+)$/.exec(route2)?.[1];
    if (roleId === "new") {
      const created = ({ id: id2, attributes: { name } }) => session.close(`${name} is created.`, `#/roles/${encodeURIComponent(id2)}`);
      return /* @__PURE__ */ a3(CreateRoleView, { session, onCreated: created });
    }
    if (roleId) {
      return /* @__PURE__ */ a3(RoleView, { id: safelyDecoded(roleId), session }, roleId);
    }
    if (route2 === "#/roles") {
      return /* @__PURE__ */ a3(RolesView, { session });
    }
    return /* @__PURE__ */ a3(ListView, { session, query, onQuery: setQuery });
  }
}
function Frame({ message, children }) {
  return /* @__PURE__ */ a3($, { children: [
    /* @__PURE__ */ a3("header", { children: [
      /* @__PURE__ */ a3("a", { class: "brand", href: "#", children: "Latchkey console" }),
      /* @__PURE__ */ a3("nav", { "aria-label": "Pages", children: [
        /* @__PURE__ */ a3("a", { href: "#", children: "App Clients" }),
        /* @__PURE__ */ a3("a", { href: "#/roles", children: "Roles" }),
        /* @__PURE__ */ a3("a", { href: "/docs", children: "API reference" })
      ] }),
      /* @__PURE__ */ a3("p", { role: "status", children: message })
    ] }),
    children
  ] });
}
function subjectOf(client2, roles2, secret) {
  const { name, description, clientId, accessPolicy } = client2.attributes;
  return {
    id: client2.id,
    clientId,
    name,
    description,
    roles: roleIds(client2).map((id) => ({ id, name: nameOf(roles2, id) })),
    accessPolicy,
    secret: secret?.id === client2.id ? secret.value : void 0
  };
}
function draftSubject(draft, roles2) {
  const first = roles2.find((role2) => role2.attributes.name === "Builder Admin") ?? roles2[0];
  const chosen = draft ? idsOf(draft.roles) : [first?.id ?? ""].filter(Boolean);
  return {
    name: draft?.name || "Nightly import",
    description: draft?.description,
    roles: chosen.map((id) => ({ id, name: nameOf(roles2, id) })),
    accessPolicy: draftPolicy(draft?.accessPolicy ?? "")
  };
}
function draftPolicy(text) {
  try {
    return policyOf(text) ?? void 0;
  } catch {
    return void 0;
  }
}
async function permittedRoles() {
  try {
    return await roles();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) {
      return [];
    }
    throw error;
  }
}
function byName(one, other) {
  return one.attributes.name.localeCompare(other.attributes.name);
}
function nameOf(roles2, id) {
  return roles2.find((role2) => role2.id === id)?.attributes.name ?? id;
}
function safelyDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
function reasonOf(error) {
  const isKnown = error instanceof SignInError || error instanceof ApiError;
  return isKnown ? error.message : "The service does not answer. Is it running?";
}
Q(/* @__PURE__ */ a3(App, {}), document.getElementById("app"));
