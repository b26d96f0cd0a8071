"""The GLSL programs of the renderer."""

from __future__ import annotations

VERTEX = """#version 330
uniform mat4 model;
uniform mat4 view_projection;
in vec3 in_position; in vec3 in_normal; in vec2 in_uv; in vec3 in_colour; in float in_gloss; in float in_glow;
out vec3 position; out vec3 normal; out vec2 uv; out vec3 colour; out float gloss; out float glow;
void main() {
    vec4 world = model * vec4(in_position, 1.0);
    position = world.xyz;
    normal = mat3(model) * in_normal;
    uv = in_uv; colour = in_colour; gloss = in_gloss; glow = in_glow;
    gl_Position = view_projection * world;
}
"""

DEPTH_FRAGMENT = """#version 330
uniform sampler2D albedo_map;
uniform float cutout;
in vec2 uv;
void main() { if (cutout > 0.5 && texture(albedo_map, uv).a < 0.5) discard; }
"""

ID_FRAGMENT = """#version 330
uniform float identity;
out vec4 result;
void main() { result = vec4(identity / 255.0, 0.0, 0.0, 1.0); }
"""

LIGHT = """
uniform vec3 eye, sun_towards, sun_colour, sky_colour, bounce_colour, horizon_colour;
uniform float haze_density;
uniform int lamp_count; uniform vec3 lamp_position[8]; uniform vec3 lamp_colour[8]; uniform float lamp_focus[8];
uniform int head_count; uniform vec3 head_position[12]; uniform vec3 head_direction[12]; uniform vec3 head_colour[12];

vec3 environment(vec3 r) {
    float up = r.z;
    float skyline = 0.27 + 0.08 * sin(r.x * 9.0 + r.y * 4.0) + 0.05 * sin(r.y * 19.0);
    vec3 sky = mix(horizon_colour, sky_colour * 0.9, smoothstep(0.05, 0.7, up));
    vec3 town = mix(bounce_colour * 0.55, horizon_colour * 0.35, 0.4);
    vec3 above = mix(town, sky, smoothstep(skyline - 0.04, skyline + 0.04, up));
    return mix(bounce_colour * 0.45, above, smoothstep(-0.08, 0.02, up));
}
vec3 lamp_light(vec3 p, vec3 n, vec3 v, float gloss, out vec3 shine) {
    vec3 sum = vec3(0.0);
    shine = vec3(0.0);
    for (int i = 0; i < lamp_count; i++) {
        vec3 d = lamp_position[i] - p;
        float r2 = dot(d, d);
        vec3 l = d * inversesqrt(r2);
        float falloff = pow(max(l.z, 0.0), lamp_focus[i]) / (r2 + 1.0);
        sum += lamp_colour[i] * falloff * max(dot(n, l) * 0.92 + 0.08, 0.0);
        shine += lamp_colour[i] * falloff * pow(max(dot(n, normalize(l + v)), 0.0), 90.0) * gloss * 6.0;
    }
    return sum;
}
vec3 head_light(vec3 p, vec3 n) {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < head_count; i++) {
        vec3 d = p - head_position[i];
        float r2 = dot(d, d) + 0.3;
        vec3 l = d * inversesqrt(r2);
        float along = dot(l, head_direction[i]);
        float beam = smoothstep(0.86, 0.99, along) + 0.25 * smoothstep(0.55, 0.95, along);
        sum += head_colour[i] * beam * max(dot(n, -l) * 0.9 + 0.1, 0.0) / (r2 * 0.10 + 9.0);
    }
    return sum;
}
"""

SURFACE_HEAD = """#version 330
uniform sampler2D albedo_map, mask_map, detail_map;
uniform sampler2DShadow static_shadow;
uniform mat4 static_sun;
uniform float cutout, detail, head_glow, tail_glow, lit, colour_gain;
in vec3 position; in vec3 normal; in vec2 uv; in vec3 colour; in float gloss; in float glow;
"""

CUTOUT = "if (cutout > 0.5 && base.a < 0.5) discard;"
SURFACE_COMMON = """
float shadowed(sampler2DShadow map, mat4 to_light, vec3 p, vec3 n) {
    vec4 c = to_light * vec4(p + n * 0.06, 1.0);
    vec3 s = c.xyz * 0.5 + 0.5;
    if (any(lessThan(s.xy, vec2(0.001))) || any(greaterThan(s.xy, vec2(0.999)))) return 1.0;
    s.z -= 0.0006;
    return texture(map, s);
}
float soft_shadowed(sampler2DShadow map, mat4 to_light, vec3 p, vec3 n) {
    vec4 c = to_light * vec4(p + n * 0.05, 1.0);
    vec3 s = c.xyz * 0.5 + 0.5;
    if (any(lessThan(s.xy, vec2(0.003))) || any(greaterThan(s.xy, vec2(0.997)))) return 1.0;
    s.z -= 0.0005;
    float t = 1.1 / float(textureSize(map, 0).x);
    float sum = texture(map, s);
    sum += texture(map, s + vec3(t, 0.4 * t, 0)) + texture(map, s + vec3(-t, -0.4 * t, 0));
    sum += texture(map, s + vec3(-0.4 * t, t, 0)) + texture(map, s + vec3(0.4 * t, -t, 0));
    return sum / 5.0;
}
struct Surface { vec3 albedo; vec3 n; float gloss; vec3 emission; };
Surface read_surface(vec3 v) {
    vec4 base = texture(albedo_map, uv, -0.6);
    CUTOUT
    vec4 mask = texture(mask_map, uv);
    Surface s;
    vec3 tint = base.rgb * base.rgb;
    s.albedo = tint * mix(vec3(1.0), colour * colour_gain, mask.r);
    if (detail > 0.0) {
        float grain = texture(detail_map, position.xy * 0.7).r * 0.6 + texture(detail_map, position.xy * 0.13).r * 0.4;
        s.albedo *= 1.0 + detail * (grain - 0.5);
    }
    s.gloss = gloss * mask.g;
    s.n = normalize(normal);
    if (!gl_FrontFacing) s.n = -s.n;
    s.emission = vec3(1.0, 0.97, 0.9) * tint * mask.b * head_glow + colour * glow;
    s.emission += vec3(1.0, 0.05, 0.03) * mask.a * tail_glow;
    return s;
}
"""

BAKE_FRAGMENT = (
    SURFACE_HEAD
    + "uniform sampler2DShadow sky_shadow; uniform mat4 sky_light; uniform vec3 sky_towards;\n"
    + LIGHT
    + SURFACE_COMMON.replace("CUTOUT", CUTOUT)
    + """
layout(location = 0) out vec4 sun_part;
layout(location = 1) out vec4 ambient_part;
void main() {
    vec3 v = normalize(eye - position);
    Surface s = read_surface(v);
    float sun = max(dot(s.n, sun_towards), 0.0) * shadowed(static_shadow, static_sun, position, s.n);
    float open = shadowed(sky_shadow, sky_light, position, s.n);
    float facing = max(dot(s.n, sky_towards), 0.0) * 2.0;
    vec3 ambient = sky_colour * facing * open + bounce_colour * (0.55 - 0.45 * s.n.z) + sky_colour * 0.06;
    vec3 shine;
    vec3 lamps = lamp_light(position, s.n, v, s.gloss, shine) * (0.35 + 0.65 * open);
    float fresnel = pow(1.0 - max(dot(s.n, v), 0.0), 5.0);
    vec3 mirror = environment(reflect(-v, s.n)) * (0.04 + 0.9 * fresnel) * s.gloss;
    vec3 h = normalize(v + sun_towards);
    vec3 spark = sun_colour * pow(max(dot(s.n, h), 0.0), 220.0) * s.gloss * 2.5 * sun;
    float haze = 1.0 - exp(-haze_density * length(eye - position));
    sun_part = vec4((s.albedo * sun_colour * sun + spark) * (1.0 - haze), 1.0);
    ambient_part = vec4(mix(s.albedo * (ambient + lamps) + mirror + shine + s.emission, horizon_colour, haze), 1.0);
}
"""
)

GEOMETRY_FRAGMENT = (
    SURFACE_HEAD
    + LIGHT
    + SURFACE_COMMON.replace("CUTOUT", CUTOUT)
    + """
layout(location = 0) out vec4 place;
layout(location = 1) out vec4 facing;
layout(location = 2) out vec4 tone;
void main() {
    Surface s = read_surface(normalize(eye - position));
    place = vec4(position, 1.0);
    facing = vec4(s.n, s.gloss);
    tone = vec4(s.albedo, 1.0);
}
"""
)

ACTOR_FRAGMENT = (
    SURFACE_HEAD
    + "uniform sampler2DShadow actor_shadow; uniform mat4 actor_sun;\n"
    + LIGHT
    + SURFACE_COMMON.replace("CUTOUT", "")
    + """
out vec4 result;
void main() {
    vec3 v = normalize(eye - position);
    Surface s = read_surface(v);
    float ndl = dot(s.n, sun_towards);
    float sun = max(ndl, 0.0) * shadowed(static_shadow, static_sun, position, s.n);
    if (sun > 0.0) sun *= shadowed(actor_shadow, actor_sun, position, s.n);
    float low = smoothstep(-0.1, 0.9, position.z);
    float open = mix(0.45, 1.0, low) * (s.n.z < 0.0 ? mix(0.25, 1.0, low) : 1.0);
    vec3 ambient = sky_colour * (0.5 + 0.5 * s.n.z) * open + bounce_colour * (0.5 - 0.5 * s.n.z) * mix(0.3, 1.0, low);
    vec3 shine;
    vec3 lamps = lamp_light(position, s.n, v, s.gloss, shine) * mix(0.7, 1.0, low);
    vec3 heads = head_count > 0 ? head_light(position, s.n) : vec3(0.0);
    float graze = 1.0 - max(dot(s.n, v), 0.0);
    float fresnel = graze * graze * graze * graze;
    vec3 r = reflect(-v, s.n);
    vec3 mirror = vec3(0.0), spark = vec3(0.0);
    if (s.gloss > 0.1) {
        mirror = environment(r) * (0.05 + 0.6 * fresnel) * s.gloss * (r.z < 0.0 ? 0.7 : 1.0);
        vec3 h = normalize(v + sun_towards);
        float spec = pow(max(dot(s.n, h), 0.0), 500.0) * 2.5 + pow(max(dot(s.n, h), 0.0), 30.0) * 0.10;
        spark = sun_colour * spec * s.gloss * sun;
    }
    vec3 lit_colour = s.albedo * (sun_colour * sun + ambient + lamps + heads) + mirror + spark + shine + s.emission;
    float haze = 1.0 - exp(-haze_density * length(eye - position));
    result = vec4(mix(lit_colour, horizon_colour, haze), 1.0);
}
"""
)

SCREEN_VERTEX = """#version 330
in vec2 in_corner;
out vec2 at;
void main() { at = in_corner * 0.5 + 0.5; gl_Position = vec4(in_corner, 0.0, 1.0); }
"""

STREET_FRAGMENT = (
    """#version 330
uniform sampler2D sun_map, ambient_map, place_map, facing_map, tone_map;
uniform sampler2DShadow actor_shadow;
uniform mat4 actor_sun;
uniform float sunlit;
in vec2 at;
out vec4 result;
"""
    + LIGHT
    + SURFACE_COMMON.split("struct Surface", maxsplit=1)[0]
    + """
void main() {
    vec3 light = texture(ambient_map, at).rgb;
    vec3 sun = texture(sun_map, at).rgb;
    vec4 place = texture(place_map, at);
    if (sunlit > 0.5 && place.w > 0.5 && dot(sun, sun) > 1e-5)
        sun *= soft_shadowed(actor_shadow, actor_sun, place.xyz, vec3(0.0, 0.0, 1.0));
    light += sun;
    if (head_count > 0 && place.w > 0.5) {
        vec4 facing = texture(facing_map, at);
        light += texture(tone_map, at).rgb * head_light(place.xyz, facing.xyz);
    }
    result = vec4(light, 1.0);
}
"""
)

DEPTH_COPY_FRAGMENT = """#version 330
uniform sampler2D depth_map;
uniform float behind;
in vec2 at;
out vec4 result;
void main() { gl_FragDepth = texture(depth_map, at).r + behind; result = vec4(0.0); }
"""

CONTACT_FRAGMENT = """#version 330
uniform float darkness, core;
in vec2 uv;
out vec4 result;
void main() {
    vec2 p = abs(uv * 2.0 - 1.0);
    vec2 edge = 1.0 - smoothstep(vec2(core), vec2(1.0), p);
    result = vec4(vec3(1.0 - darkness * edge.x * edge.y), 1.0);
}
"""

COPY_FRAGMENT = """#version 330
uniform sampler2D picture;
in vec2 at;
out vec4 result;
void main() { result = texture(picture, at); }
"""

# One sample a pixel is half the work of four; only the outlines need softening, the lens blurs the rest.
RESOLVE_FRAGMENT = """#version 330
uniform sampler2D drawn;
in vec2 at;
out vec4 result;
void main() {
    ivec2 p = ivec2(gl_FragCoord.xy);
    vec4 c = texelFetch(drawn, p, 0);
    vec4 w = texelFetch(drawn, p - ivec2(1, 0), 0), e = texelFetch(drawn, p + ivec2(1, 0), 0);
    vec4 n = texelFetch(drawn, p + ivec2(0, 1), 0), s = texelFetch(drawn, p - ivec2(0, 1), 0);
    float around = w.a + e.a + n.a + s.a;
    result = abs(around - 4.0 * c.a) < 0.01 ? c : c * 0.4 + (w + e + n + s) * 0.15;
}
"""

BRIGHT_FRAGMENT = """#version 330
uniform sampler2D picture;
uniform float threshold;
in vec2 at;
out vec4 result;
void main() {
    vec2 t = 1.0 / vec2(textureSize(picture, 0));
    vec3 sum = vec3(0.0);
    for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++)
        sum += min(max(texture(picture, at + vec2(x, y) * t * 1.5).rgb - threshold, 0.0), vec3(60.0));
    result = vec4(sum / 9.0, 1.0);
}
"""

BLUR_FRAGMENT = """#version 330
uniform sampler2D picture;
uniform vec2 direction;
in vec2 at;
out vec4 result;
void main() {
    vec3 sum = texture(picture, at).rgb * 0.19;
    sum += (texture(picture, at + direction * 1.4).rgb + texture(picture, at - direction * 1.4).rgb) * 0.25;
    sum += (texture(picture, at + direction * 3.3).rgb + texture(picture, at - direction * 3.3).rgb) * 0.12;
    sum += (texture(picture, at + direction * 5.2).rgb + texture(picture, at - direction * 5.2).rgb) * 0.035;
    result = vec4(sum, 1.0);
}
"""

DEVELOP_FRAGMENT = """#version 330
uniform sampler2D picture, glow_near, glow_far;
uniform float exposure, bloom, saturation, vignette, fringe;
in vec2 at;
out vec4 result;
vec3 film(vec3 x) { return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0); }
void main() {
    vec2 c = at - 0.5;
    float r2 = dot(c, c);
    vec3 light = texture(picture, at).rgb;
    light.r = texture(picture, at - c * fringe * r2).r;
    light.b = texture(picture, at + c * fringe * r2).b;
    if (bloom > 0.0) light += bloom * (texture(glow_near, at).rgb * 0.7 + texture(glow_far, at).rgb * 0.5);
    light *= exposure * (1.0 - vignette * r2);
    vec3 tone = film(light);
    float grey = dot(tone, vec3(0.3, 0.6, 0.1));
    tone = mix(vec3(grey), tone, saturation);
    result = vec4(pow(max(tone, 0.0), vec3(1.0 / 2.2)), 1.0);
}
"""
